//! The sample catalog that is part of the binary: a portal to look at with nothing configured.

use include_dir::{Dir, DirEntry, include_dir};

use super::names;
use super::scan::{Folder, Look, Repositories, Survey};
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

impl Folder for SampleTree {
    fn survey(&self, _cancelled: &(dyn Fn() -> bool + Sync)) -> Survey {
        let entries = self.walk("").unwrap_or_default();
        let called = |is_wanted: fn(&[u8]) -> bool| {
            let found = entries.iter().filter(move |it| it.is_file() && is_wanted(it.name().as_bytes()));
            found.map(|entry| entry.path.clone()).collect()
        };
        Survey {
            descriptors: called(names::is_descriptor),
            code_owners: called(names::is_code_owners),
            ..Survey::default()
        }
    }

    fn repositories_around(&self, _path: &str) -> Repositories {
        Repositories::default()
    }

    fn look(&self, path: &str) -> Look {
        match SAMPLE.get_entry(path) {
            Some(DirEntry::File(file)) => {
                let validator = format!("{:08x}", crc32fast::hash(file.contents()));
                Look::File { size: file.contents().len() as u64, validator }
            }
            Some(DirEntry::Dir(_)) => Look::NoFile,
            None => Look::Missing,
        }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, String> {
        Tree::read(self, path, limit).map_err(|error| error.message().to_owned())
    }

    fn files_below(&self, directory: &str) -> Result<Vec<String>, String> {
        let entries = self.walk(directory).map_err(|error| error.message().to_owned())?;
        Ok(entries.into_iter().filter(Entry::is_file).map(|entry| entry.path).collect())
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
            assert_eq!(Tree::read(&SampleTree, &file.path, 10 << 20).unwrap().len() as u64, file.size);
        }
    }

    #[test]
    fn the_sample_has_no_way_out() {
        assert!(Tree::read(&SampleTree, "../Cargo.toml", 1000).is_err());
        assert!(Tree::read(&SampleTree, "catalog-info.yaml", 1).is_err());
        assert!(SampleTree.list("nowhere").is_err());
    }
}
