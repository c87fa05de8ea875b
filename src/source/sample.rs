//! The sample catalog that is part of the binary: a portal to look at with nothing configured.

use include_dir::{Dir, DirEntry, include_dir};

use super::tree::{Entry, EntryKind, Tree, resolve, too_big};
use crate::error::{Error, ErrorKind, Result};

static SAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/sample");

/// The embedded sample as a tree.
#[derive(Debug, Clone, Copy, Default)]
pub struct SampleTree;

impl Tree for SampleTree {
    fn list(&self, directory: &str) -> Result<Vec<Entry>> {
        let mut entries: Vec<Entry> = folder(directory)?.entries().iter().map(described).collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        let clean = resolve("", path).ok_or_else(|| missing(path))?;
        let bytes = SAMPLE.get_file(&clean).ok_or_else(|| missing(path))?.contents();
        if bytes.len() as u64 > limit {
            return Err(too_big(path, bytes.len() as u64, limit));
        }
        Ok(bytes.to_vec())
    }
}

fn folder(directory: &str) -> Result<&'static Dir<'static>> {
    let clean = resolve("", directory).ok_or_else(|| missing(directory))?;
    if clean.is_empty() {
        return Ok(&SAMPLE);
    }
    SAMPLE.get_dir(&clean).ok_or_else(|| missing(directory))
}

fn described(entry: &DirEntry<'_>) -> Entry {
    let path = entry.path().to_string_lossy().replace('\\', "/");
    match entry {
        DirEntry::Dir(_) => Entry { path, kind: EntryKind::Directory, size: 0, executable: false },
        DirEntry::File(file) => {
            Entry { path, kind: EntryKind::File, size: file.contents().len() as u64, executable: false }
        }
    }
}

fn missing(path: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("{path}: the sample has no such entry."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_walked_and_read() {
        let all = SampleTree.walk("").unwrap();
        assert!(all.iter().any(|entry| entry.path == "catalog-info.yaml" && entry.size > 0));
        for file in all.iter().filter(|entry| entry.is_file()) {
            assert_eq!(SampleTree.read(&file.path, 10 << 20).unwrap().len() as u64, file.size);
        }
    }

    #[test]
    fn the_sample_has_no_way_out() {
        assert!(SampleTree.read("../Cargo.toml", 1000).is_err());
        assert!(SampleTree.read("catalog-info.yaml", 1).is_err());
        assert!(SampleTree.list("nowhere").is_err());
    }
}
