//! What was collected of a catalog so far, and where the walk through its pages must end.

use std::collections::HashSet;

use serde_json::value::RawValue;

use super::entity::Stub;
use crate::error::Result;
use crate::source::mirror::{NewFile, PackName, PackWriter, Role, entity_path};

/// Items that could not be read and are kept, each as a problem; more are counted.
const MAX_UNREADABLE: usize = 100;

/// Bytes of an item that could not be read that are kept.
const MAX_UNREADABLE_BYTES: usize = 1_000;

/// The entities that came so far.
pub(super) struct Collector {
    writer: PackWriter,
    seen: HashSet<String>,
    unreadable: usize,
}

impl Collector {
    /// Nothing yet.
    pub(super) fn new(writer: PackWriter) -> Self {
        Self { writer, seen: HashSet::new(), unreadable: 0 }
    }

    /// Entities so far, each once.
    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }

    /// Takes an item of a page; true where it is an entity that was not there before. One that came before
    /// is replaced: what is later is newer.
    pub(super) fn take(&mut self, item: &RawValue) -> Result<bool> {
        let Some(stub) = Stub::of(item) else {
            self.unreadable(item.get())?;
            return Ok(false);
        };
        self.put(&stub, item.get().as_bytes())
    }

    /// Takes an entity that is known.
    pub(super) fn put(&mut self, stub: &Stub, json: &[u8]) -> Result<bool> {
        let path = entity_path(&stub.reference);
        self.writer.add_entity(&stub.reference, &path, &stub.etag, json)?;
        Ok(self.seen.insert(path))
    }

    /// Keeps what is no entity as a file of its own, so that the catalog names it as a problem.
    fn unreadable(&mut self, text: &str) -> Result<()> {
        self.unreadable += 1;
        if self.unreadable > MAX_UNREADABLE {
            return Ok(());
        }
        let path = format!("unreadable/{}.json", self.unreadable);
        let text = &text[..text.floor_char_boundary(MAX_UNREADABLE_BYTES)];
        let sum = format!("{:08x}", crc32fast::hash(text.as_bytes()));
        let new = NewFile { path: &path, validator: &sum, role: Role::Entity, executable: false };
        self.writer.add(new, text.as_bytes())
    }

    /// Ends the pack, with what the user should know.
    pub(super) fn finish(self) -> Result<(PackName, Vec<String>)> {
        let notes = match self.unreadable {
            0 => Vec::new(),
            count => vec![format!(
                "{count} of its items are no entities; `callboard status` counts them as problems."
            )],
        };
        Ok((self.writer.finish("catalog")?, notes))
    }
}
