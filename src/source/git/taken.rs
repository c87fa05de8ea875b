//! The files of a commit that were fetched so far.

use std::collections::{BTreeSet, HashMap};

/// What was fetched so far of a commit.
pub(super) struct Taken {
    /// Whether files come only when they are asked for.
    pub(super) is_filtered: bool,
    /// Bytes by the name of their blob.
    pub(super) contents: HashMap<String, Vec<u8>>,
    /// The files that are wanted.
    pub(super) paths: BTreeSet<String>,
}

impl Taken {
    /// Bytes of all of them.
    pub(super) fn bytes(&self) -> u64 {
        self.contents.values().map(|bytes| bytes.len() as u64).sum()
    }
}

/// Reads what `git cat-file --batch` prints: `HASH blob SIZE`, the bytes, a line end. Says whether it was whole.
pub(super) fn blobs(mut output: &[u8], contents: &mut HashMap<String, Vec<u8>>) -> bool {
    while !output.is_empty() {
        let Some(end) = output.iter().position(|byte| *byte == b'\n') else { return false };
        let line = String::from_utf8_lossy(&output[..end]).into_owned();
        let mut words = line.split(' ');
        let (id, kind, size) = (words.next(), words.next(), words.next());
        output = &output[end + 1..];
        let (Some(id), Some("blob"), Some(Ok(size))) = (id, kind, size.map(str::parse::<usize>)) else {
            return false;
        };
        let Some((bytes, rest)) = output.split_at_checked(size) else { return false };
        contents.insert(id.to_owned(), bytes.to_vec());
        output = rest.get(1..).unwrap_or_default();
    }
    true
}
