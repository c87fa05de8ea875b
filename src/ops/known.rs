//! What the last generation knew of a source, as a scan asks for it.

use std::collections::HashMap;

use crate::catalog::{Entity, SourceId};
use crate::error::Result;
use crate::source::scan::Known;
use crate::store::{KnownFile, Snapshot};

/// What is known of the files of one source.
#[derive(Debug, Default)]
pub(super) struct KnownSource {
    files: HashMap<String, KnownFile>,
    locations: HashMap<String, Vec<Entity>>,
}

impl KnownSource {
    /// What a snapshot knows.
    pub(super) fn of(snapshot: &Snapshot, source: &SourceId) -> Result<Self> {
        let mut known = Self::default();
        for file in snapshot.files(source)? {
            known.files.insert(file.path.clone(), file);
        }
        for location in snapshot.locations(source)? {
            known.locations.entry(location.origin.path.to_string()).or_default().push(location);
        }
        Ok(known)
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// A file.
    pub(super) fn file(&self, path: &str) -> Option<&KnownFile> {
        self.files.get(path)
    }

    /// All files in the order in which they were read.
    pub(super) fn into_files(self) -> Vec<KnownFile> {
        let mut files: Vec<KnownFile> = self.files.into_values().collect();
        files.sort_by_key(KnownFile::order);
        files
    }
}

impl Known for KnownSource {
    fn validator(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(|file| file.validator.as_str())
    }

    fn locations(&self, path: &str) -> &[Entity] {
        self.locations.get(path).map_or(&[], Vec::as_slice)
    }
}
