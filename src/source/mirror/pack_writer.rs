//! A pack in the making.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::content::{Content, Contents};
use super::pack::{Index, MAGIC, PackFile, PackName, Role};
use crate::error::{Error, Result};
use crate::private;

/// What a file of a pack in the making is.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// The path below the root of the pack, `/`-separated.
    pub path: &'a str,
    /// What tells a changed file from an unchanged one.
    pub validator: &'a str,
    /// What it is for.
    pub role: Role,
    /// Whether its owner may execute it.
    pub executable: bool,
}

/// Bytes on their way into a pack, see [`PackWriter::begin`].
#[derive(Debug)]
pub struct Growing {
    at: u64,
    sum: crc32fast::Hasher,
}

/// A pack in the making. Dropped unfinished it leaves nothing.
#[derive(Debug)]
pub struct PackWriter {
    file: io::BufWriter<tempfile::NamedTempFile>,
    folder: PathBuf,
    at: u64,
    index: Index,
}

impl PackWriter {
    /// Begins a pack in a folder.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        private::make_directory(folder)?;
        let file = private::draft(folder).map_err(|error| Error::io(folder.display(), &error))?;
        let file = io::BufWriter::with_capacity(1 << 20, file);
        Ok(Self { file, folder: folder.to_owned(), at: 0, index: Index::default() })
    }

    /// Adds a file. Of two with one path the later one counts.
    pub fn add(&mut self, new: NewFile<'_>, bytes: &[u8]) -> Result<()> {
        let mut growing = self.begin();
        self.grow(&mut growing, bytes)?;
        let content = self.end(growing);
        self.name(new, content);
        Ok(())
    }

    /// Begins bytes that come in pieces. One content after the other: nothing else may be added meanwhile.
    pub fn begin(&self) -> Growing {
        Growing { at: self.at, sum: crc32fast::Hasher::new() }
    }

    /// Takes a piece.
    pub fn grow(&mut self, growing: &mut Growing, piece: &[u8]) -> Result<()> {
        self.file.write_all(piece).map_err(|error| self.failed(&error))?;
        growing.sum.update(piece);
        self.at += piece.len() as u64;
        Ok(())
    }

    /// Ends bytes that came in pieces. Without a name they are in the pack for nothing.
    pub fn end(&self, growing: Growing) -> Content {
        Content { at: growing.at, size: self.at - growing.at, crc: growing.sum.finalize() }
    }

    /// Makes bytes that lie in the pack a file. Of two with one path the later one counts; two may have the same
    /// bytes.
    pub fn name(&mut self, new: NewFile<'_>, content: Content) {
        let Content { at, size, crc } = content;
        self.index.files.push(PackFile {
            path: new.path.to_owned(),
            validator: new.validator.to_owned(),
            role: new.role,
            executable: new.executable,
            at,
            size,
            crc,
        });
    }

    /// What lies in the pack so far, to be read again while it grows.
    pub fn contents(&mut self) -> Result<Contents> {
        let file = self.file.flush().and_then(|()| self.file.get_ref().reopen());
        file.map(Contents::new).map_err(|error| self.failed(&error))
    }

    /// Adds a reference that a descriptor declares: what the loss guard counts.
    pub fn declare(&mut self, reference: impl Into<String>) {
        self.index.refs.push(reference.into());
    }

    /// Bytes of the files so far.
    pub fn bytes(&self) -> u64 {
        self.at
    }

    /// Ends the pack and gives it a name of its own.
    pub fn finish(mut self, name: &str) -> Result<PackName> {
        self.index.files.sort_by(|a, b| a.path.cmp(&b.path));
        // The sort is stable, so the later of two stands behind the earlier, whose place it takes.
        self.index.files.dedup_by(|later, kept| {
            let is_same = later.path == kept.path;
            if is_same {
                std::mem::swap(later, kept);
            }
            is_same
        });
        self.index.refs.sort_unstable();
        self.index.refs.dedup();
        let failed =
            |error: &io::Error| Error::io(format_args!("A pack in {}", self.folder.display()), error);
        let mut summed = Summed { inner: &mut self.file, sum: crc32fast::Hasher::new() };
        serde_json::to_writer(&mut summed, &self.index).map_err(|error| failed(&error.into()))?;
        let sum = summed.sum.finalize();
        let mut tail = self.at.to_le_bytes().to_vec();
        tail.extend(sum.to_le_bytes());
        tail.extend(MAGIC);
        self.file.write_all(&tail).map_err(|error| failed(&error))?;
        let file = self.file.into_inner().map_err(|error| failed(error.error()))?;
        file.as_file().sync_all().map_err(|error| failed(&error))?;
        let draft = file.path().to_string_lossy();
        let random = draft.rsplit('-').next().unwrap_or_default();
        let name = format!("{}-{}-{random}.pack", tidy(name), std::process::id());
        file.persist(self.folder.join(&name)).map_err(|error| failed(&error.error))?;
        private::sync_directory(&self.folder);
        Ok(PackName(name))
    }

    fn failed(&self, error: &io::Error) -> Error {
        Error::io(format_args!("A pack in {}", self.folder.display()), error)
    }
}

/// Hands on what is written, with its sum: an index of many files is not held as text.
struct Summed<W> {
    inner: W,
    sum: crc32fast::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A name with nothing in it that a file system could mind, of at most 40 letters.
fn tidy(name: &str) -> String {
    let tidy = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    name.trim_matches('.').chars().take(40).map(tidy).collect()
}
