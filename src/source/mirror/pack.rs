//! A pack: the files that were fetched of one repository, or of one answer, in a single file that is written
//! once and then only read.
//!
//! ```text
//! bytes of the files, one behind the other
//! index as JSON: each file with its place, length, checksum and validator; the references it declares
//! 8 bytes: where the index starts, 4 bytes: its CRC-32, 8 bytes: "CBPACK01"     (numbers little-endian)
//! ```

#![expect(clippy::disallowed_methods, reason = "source is a room that may read and write files")]

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::content::{Content, Contents};
use crate::error::{Error, ErrorKind, Result};

pub(super) const MAGIC: &[u8; 8] = b"CBPACK01";

/// Bytes behind the index.
const TAIL: u64 = 20;

/// Bytes of an index that is read; a million files have one of some 150 MB.
const MAX_INDEX_BYTES: u64 = 512 << 20;

/// A file in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackFile {
    /// The path below the root of the pack, `/`-separated.
    pub path: String,
    /// What tells a changed file from an unchanged one: the hash of a blob, the etag of an entity.
    pub validator: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Role::is_other")]
    pub role: Role,
    /// Whether its owner may execute it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub executable: bool,
    pub(super) at: u64,
    pub(super) size: u64,
    pub(super) crc: u32,
}

impl PackFile {
    /// Its bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn content(&self) -> Content {
        Content { at: self.at, size: self.size, crc: self.crc }
    }
}

/// What a file of a pack is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Declares entities, as YAML.
    Descriptor,
    /// Declares one entity, as JSON.
    Entity,
    /// Names the owners of paths.
    CodeOwners,
    /// Stands beside a symbolic link; its bytes are the target, which is not followed.
    Symlink,
    /// Docs, skeletons, what placeholders read.
    #[default]
    Other,
}

impl Role {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_other(&self) -> bool {
        *self == Self::Other
    }
}

/// What is in a pack.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    /// Sorted by path.
    pub(super) files: Vec<PackFile>,
    /// The entities that the descriptors declare, as references, sorted.
    pub(super) refs: Vec<String>,
}

/// The file name of a pack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PackName(pub(super) String);

/// A pack, open for reading.
#[derive(Debug)]
pub struct Pack {
    contents: Contents,
    index: Index,
}

impl Pack {
    /// Opens a pack. One that is torn, or of another version, is an error.
    pub(super) fn open(path: &Path) -> Result<Self> {
        Self::try_open(path).map_err(|error| {
            let message = format!("What was fetched cannot be read: {}: {error}.", path.display());
            Error::new(ErrorKind::Unreachable, message).with_hint("`callboard sync` fetches it again.")
        })
    }

    fn try_open(path: &Path) -> io::Result<Self> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it is damaged");
        let mut file = File::open(path)?;
        let end = file.metadata()?.len().checked_sub(TAIL).ok_or_else(damaged)?;
        let mut tail = [0; TAIL as usize];
        file.seek(SeekFrom::Start(end))?;
        file.read_exact(&mut tail)?;
        let (at, rest) = tail.split_first_chunk::<8>().ok_or_else(damaged)?;
        let (crc, magic) = rest.split_first_chunk::<4>().ok_or_else(damaged)?;
        let at = u64::from_le_bytes(*at);
        let size = end.checked_sub(at).filter(|size| *size <= MAX_INDEX_BYTES && magic == MAGIC);
        let mut bytes = vec![0; size.ok_or_else(damaged)? as usize];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut bytes)?;
        if crc32fast::hash(&bytes) != u32::from_le_bytes(*crc) {
            return Err(damaged());
        }
        let index = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        Ok(Self { contents: Contents::new(file), index })
    }

    /// Its files, sorted by path.
    pub fn files(&self) -> &[PackFile] {
        &self.index.files
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&PackFile> {
        let found = self.index.files.binary_search_by(|file| file.path.as_str().cmp(path));
        found.ok().map(|at| &self.index.files[at])
    }

    /// The references that its descriptors declare, sorted.
    pub fn refs(&self) -> &[String] {
        &self.index.refs
    }

    /// The bytes of one of its files, checked against their sum.
    pub fn read(&self, file: &PackFile) -> io::Result<Vec<u8>> {
        self.contents.read(file.content())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::mirror::{NewFile, PackWriter};

    fn new<'a>(path: &'a str, validator: &'a str) -> NewFile<'a> {
        NewFile { path, validator, role: Role::Other, executable: false }
    }

    #[test]
    fn what_was_put_in_comes_out() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = PackWriter::new(dir.path()).unwrap();
        writer.add(new("b/c", "2"), b"second").unwrap();
        writer.add(new("a", "1"), b"").unwrap();
        writer.declare("component:default/x");
        let name = writer.finish("acme/payments").unwrap();
        assert!(name.0.starts_with("acme-payments-"), "{name:?}");
        let pack = Pack::open(&dir.path().join(&name.0)).unwrap();
        assert_eq!(pack.files().iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["a", "b/c"]);
        assert_eq!(pack.read(pack.file("b/c").unwrap()).unwrap(), b"second");
        assert_eq!(pack.refs(), ["component:default/x"]);
        assert!(pack.file("b").is_none());
    }

    #[test]
    fn damage_is_noticed_and_never_read() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = PackWriter::new(dir.path()).unwrap();
        writer.add(new("a", "1"), b"text").unwrap();
        let path = dir.path().join(writer.finish("p").unwrap().0);
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            let read = Pack::open(&path).map(|pack| pack.file("a").map(|file| pack.read(file)));
            assert!(!matches!(read, Ok(Some(Ok(text))) if text != b"text"), "byte {at}");
        }
        std::fs::write(&path, &whole[..10]).unwrap();
        assert!(Pack::open(&path).is_err());
    }
}
