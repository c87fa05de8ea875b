//! A mirror: what was fetched from a source that lies elsewhere, kept on the disk, so that everything but a
//! sync works without a network.
//!
//! ```text
//! FOLDER/manifest.json     the parts of the source with their packs; replaced whole
//!        packs/*.pack      files, written once
//!        work/             what the source keeps for itself, such as bare repositories and validators
//! ```

#![expect(clippy::disallowed_methods, reason = "source is a room that may read and write files")]

mod content;
mod entity_file;
mod manifest;
mod mirror_tree;
mod pack;
mod pack_writer;
#[cfg(test)]
pub(super) mod testing;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

pub use content::{Content, Contents};
pub use entity_file::entity_path;
pub use manifest::{Manifest, Unit};
pub use mirror_tree::MirrorTree;
pub use pack::{Pack, PackFile, PackName, Role};
pub use pack_writer::{Growing, NewFile, PackWriter};

use crate::error::{Error, ErrorKind, Result};
use crate::private;

/// Bytes of a manifest that is read.
const MAX_MANIFEST_BYTES: u64 = 64 << 20;

/// What was fetched from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    folder: PathBuf,
}

impl Mirror {
    /// The mirror in a folder, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder that the source keeps things of its own in; made here.
    pub fn work(&self) -> Result<PathBuf> {
        let work = self.folder.join("work");
        private::make_directory(&work)?;
        Ok(work)
    }

    /// What was fetched last; nothing before the first time, or where it is of another version.
    pub fn manifest(&self) -> Option<Manifest> {
        let path = self.folder.join("manifest.json");
        fs::metadata(&path).ok().filter(|found| found.len() <= MAX_MANIFEST_BYTES)?;
        let manifest: Manifest = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        (manifest.version == manifest::VERSION).then_some(manifest)
    }

    /// Begins a pack. Nobody sees it before a manifest names it.
    pub fn begin_pack(&self) -> Result<PackWriter> {
        PackWriter::new(&self.packs())
    }

    /// Opens a pack.
    pub fn pack(&self, name: &PackName) -> Result<Pack> {
        Pack::open(&self.packs().join(&name.0))
    }

    /// Makes a manifest the one that counts, and lets the packs go that it does not name. Readers that have
    /// one of them open keep it.
    pub fn publish(&self, manifest: &Manifest) -> Result<()> {
        private::make_directory(&self.folder)?;
        let path = self.folder.join("manifest.json");
        let json = serde_json::to_vec(manifest).map_err(|error| Error::io(path.display(), &error.into()))?;
        private::replace_file(&path, &json)?;
        self.collect(manifest);
        Ok(())
    }

    /// Removes the packs that a manifest does not name: those before it, and those of syncs that failed.
    pub fn collect(&self, manifest: &Manifest) {
        let named: HashSet<&str> = manifest.units.iter().map(|unit| unit.pack.0.as_str()).collect();
        for entry in fs::read_dir(self.packs()).into_iter().flatten().flatten() {
            if entry.file_name().to_str().is_none_or(|name| !named.contains(name)) {
                let _ = fs::remove_file(entry.path()); // tried again after the next sync
            }
        }
    }

    /// The files of everything that was fetched.
    pub fn open(&self) -> Result<MirrorTree> {
        let manifest = self.manifest().ok_or_else(|| {
            Error::new(ErrorKind::Unreachable, "Nothing was fetched of it yet.")
                .with_hint("Run `callboard sync`.")
        })?;
        Ok(MirrorTree::new(self.clone(), manifest))
    }

    fn packs(&self) -> PathBuf {
        self.folder.join("packs")
    }
}
