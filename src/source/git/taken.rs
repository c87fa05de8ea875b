//! The files of a commit that were fetched so far: their bytes lie in a pack in the making, never in memory.

use std::collections::{BTreeSet, HashMap};

use crate::error::Result;
use crate::source::mirror::{Content, Growing, PackWriter};

/// Bytes of the files that are taken of one repository.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// Letters of the line that `git cat-file` writes before each content: a hash, a word and a number.
const MAX_LINE: usize = 128;

/// What was fetched so far of a commit.
pub(super) struct Taken {
    /// The pack that it goes into.
    pub(super) pack: PackWriter,
    /// Where the bytes of a blob lie in it, by the hash of the blob.
    pub(super) contents: HashMap<String, Content>,
    /// The files that are wanted.
    pub(super) paths: BTreeSet<String>,
}

impl Taken {
    /// Nothing yet.
    pub(super) fn new(pack: PackWriter) -> Self {
        Self { pack, contents: HashMap::new(), paths: BTreeSet::new() }
    }

    /// Takes bytes that are here already.
    pub(super) fn put(&mut self, id: String, bytes: &[u8]) -> Result<()> {
        let mut growing = self.pack.begin();
        self.pack.grow(&mut growing, bytes)?;
        let content = self.pack.end(growing);
        self.contents.insert(id, content);
        Ok(())
    }

    /// Whether it is more than may be taken.
    pub(super) fn is_too_much(&self) -> bool {
        self.pack.bytes() > MAX_BYTES
    }
}

/// What `git cat-file --batch` prints, as it comes: `HASH blob SIZE`, the bytes, a line end.
pub(super) struct Batch<'t> {
    taken: &'t mut Taken,
    part: Part,
    /// What went wrong with the pack.
    failure: Result<()>,
}

enum Part {
    Line(Vec<u8>),
    Bytes {
        id: String,
        left: u64,
        growing: Growing,
    },
    LineEnd,
    /// It is not as it must be.
    Broken,
}

impl<'t> Batch<'t> {
    pub(super) fn new(taken: &'t mut Taken) -> Self {
        Self { taken, part: Part::Line(Vec::new()), failure: Ok(()) }
    }

    /// Takes what came. Beyond the limit, and behind a failure, nothing is kept any more.
    pub(super) fn take(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() && self.failure.is_ok() && !self.taken.is_too_much() {
            match self.step(piece) {
                Ok(rest) => piece = rest,
                Err(error) => self.failure = Err(error),
            }
        }
    }

    fn step<'p>(&mut self, piece: &'p [u8]) -> Result<&'p [u8]> {
        match &mut self.part {
            Part::Broken => Ok(&[]),
            Part::LineEnd => {
                self.part = Part::Line(Vec::new());
                Ok(&piece[1..])
            }
            Part::Line(line) => {
                let end = piece.iter().position(|byte| *byte == b'\n');
                line.extend_from_slice(&piece[..end.unwrap_or(piece.len())]);
                let Some(end) = end else {
                    if line.len() > MAX_LINE {
                        self.part = Part::Broken;
                    }
                    return Ok(&[]);
                };
                self.part = match blob(line) {
                    Some((id, left)) => Part::Bytes { id, left, growing: self.taken.pack.begin() },
                    None => Part::Broken,
                };
                self.end_if_whole();
                Ok(&piece[end + 1..])
            }
            Part::Bytes { left, growing, .. } => {
                let count = piece.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                self.taken.pack.grow(growing, &piece[..count])?;
                *left -= count as u64;
                self.end_if_whole();
                Ok(&piece[count..])
            }
        }
    }

    /// Ends a blob of which nothing is left to come.
    fn end_if_whole(&mut self) {
        if !matches!(self.part, Part::Bytes { left: 0, .. }) {
            return;
        }
        if let Part::Bytes { id, growing, .. } = std::mem::replace(&mut self.part, Part::LineEnd) {
            let content = self.taken.pack.end(growing);
            self.taken.contents.insert(id, content);
        }
    }

    /// Why the pack took no more; nothing where it took everything.
    pub(super) fn finish(self) -> Result<()> {
        self.failure
    }
}

/// The hash and the size of a line that begins a blob.
fn blob(line: &[u8]) -> Option<(String, u64)> {
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (id, kind, size) = (words.next()?, words.next()?, words.next()?);
    (kind == "blob").then_some((id.to_owned(), size.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::mirror::Mirror;

    /// What is taken of a text that comes in pieces of a size.
    fn taken(text: &[u8], size: usize) -> Vec<(String, Vec<u8>)> {
        let dir = tempfile::tempdir().unwrap();
        let mut taken = Taken::new(Mirror::new(dir.path().join("m")).begin_pack().unwrap());
        let mut batch = Batch::new(&mut taken);
        text.chunks(size).for_each(|piece| batch.take(piece));
        batch.finish().unwrap();
        let contents = taken.pack.contents().unwrap();
        let read = |(id, content): (&String, &Content)| (id.clone(), contents.read(*content).unwrap());
        let mut all: Vec<_> = taken.contents.iter().map(read).collect();
        all.sort();
        all
    }

    #[test]
    fn blobs_are_the_same_in_whatever_pieces_they_come() {
        let text = b"aa blob 3\na\nb\nbb blob 0\n\ncc blob 12\ndd blob 1\nx\n\n";
        let expected = [("aa", &b"a\nb"[..]), ("bb", b""), ("cc", b"dd blob 1\nx\n")];
        let expected = expected.map(|(id, bytes)| (id.to_owned(), bytes.to_vec()));
        for size in 1..=text.len() {
            assert_eq!(taken(text, size), expected, "pieces of {size}");
        }
    }

    #[test]
    fn what_is_missing_or_cut_is_not_taken() {
        assert_eq!(taken(b"aa missing\nbb blob 1\nx\n", 4), []);
        assert_eq!(taken(b"aa blob 9\nx\n", 4), []);
        assert_eq!(taken(&[b'a'; 1_000], 64), []);
    }
}
