//! Where the generations of one catalog lie, how one becomes visible, and how the old ones go.
//!
//! ```text
//! FOLDER/lock                 who writes
//! FOLDER/current              the pointer: which generation, the checksum of its manifest, when it was checked
//! FOLDER/g-00000012-x7Gq2a/   manifest.json, catalog.sqlite, rows
//! FOLDER/changes/             what changed from one to the next
//! ```
//!
//! A generation is written under a name of its own and made visible by replacing the pointer, so a reader
//! meets the old one or the new one. What is torn, foreign or of another version counts as absent.

#![expect(clippy::disallowed_methods, reason = "store is a room that may write files")]

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::database::Database;
use super::snapshot::Data;
use super::writer::{Tables, Written};
use super::{Generation, Meta, Snapshot, schema};
use crate::catalog::RelationType;
use crate::error::{Error, Result};
use crate::private;

/// Generations that stay: the current one, and the one before for readers that are about to open it.
const KEPT: usize = 2;

const POINTER: &str = "current";
const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "catalog.sqlite";
const ROWS: &str = "rows";

/// The folder of one catalog's generations.
#[derive(Debug, Clone)]
pub(super) struct Place {
    folder: PathBuf,
}

#[derive(Debug, Serialize, Deserialize)]
struct Pointer {
    generation: String,
    manifest: u32,
    checked_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    version: i32,
    meta: Meta,
    relation_types: Vec<RelationType>,
    database: Sum,
    rows: Sum,
}

/// What a file must be like.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Sum {
    bytes: u64,
    checksum: u32,
    /// When it was written: a file of this time has not been touched since.
    written: Timestamp,
}

/// A generation on its way: a folder that nothing points to yet.
#[derive(Debug)]
pub(super) struct Draft {
    folder: tempfile::TempDir,
    pub(super) generation: Generation,
}

impl Place {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens the current generation; nothing where there is none that is whole and of this version.
    pub(super) fn open(&self) -> Option<Snapshot> {
        let (folder, manifest, pointer) = self.current()?;
        let whole = |name: &str, sum: &Sum| {
            fs::metadata(folder.join(name)).is_ok_and(|found| found.is_file() && found.len() == sum.bytes)
        };
        if !whole(DATABASE, &manifest.database) || !whole(ROWS, &manifest.rows) {
            return None;
        }
        let rows = File::open(folder.join(ROWS)).ok()?;
        let database = Database::open(&folder.join(DATABASE)).ok()??;
        let data = Data {
            database,
            types: manifest.relation_types,
            rows_file: Some(rows.into()),
            rows: OnceLock::new(),
        };
        let snapshot = Snapshot::new(manifest.meta, data);
        let is_later = pointer.checked_at > snapshot.meta().checked_at;
        Some(if is_later { snapshot.confirmed(pointer.checked_at) } else { snapshot })
    }

    /// Whether every byte of the current generation is as it was written. Reads all of it.
    pub(super) fn is_sound(&self) -> bool {
        let is_same =
            |path: &Path, sum: &Sum| checksum(path).is_ok_and(|found| found == (sum.bytes, sum.checksum));
        self.compare(is_same)
    }

    /// Whether nobody wrote to the files of the current generation since it was made. Reads none of them:
    /// a million entities take a GB.
    pub(super) fn is_untouched(&self) -> bool {
        let is_same = |path: &Path, sum: &Sum| {
            let found = fs::metadata(path);
            found.is_ok_and(|found| {
                found.len() == sum.bytes && written(&found).is_ok_and(|time| time == sum.written)
            })
        };
        self.compare(is_same)
    }

    fn compare(&self, is_same: impl Fn(&Path, &Sum) -> bool) -> bool {
        self.current().is_some_and(|(folder, manifest, _)| {
            is_same(&folder.join(DATABASE), &manifest.database) && is_same(&folder.join(ROWS), &manifest.rows)
        })
    }

    /// When its sources were last asked whether anything changed, as far as the pointer tells.
    pub(super) fn checked_at(&self) -> Option<Timestamp> {
        Some(self.pointer()?.checked_at)
    }

    fn pointer(&self) -> Option<Pointer> {
        serde_json::from_slice(&fs::read(self.folder.join(POINTER)).ok()?).ok()
    }

    fn current(&self) -> Option<(PathBuf, Manifest, Pointer)> {
        let pointer = self.pointer()?;
        number(&pointer.generation)?;
        let folder = self.folder.join(&pointer.generation);
        let bytes = fs::read(folder.join(MANIFEST)).ok()?;
        if crc32fast::hash(&bytes) != pointer.manifest {
            return None;
        }
        let manifest: Manifest = serde_json::from_slice(&bytes).ok()?;
        (manifest.version == schema::VERSION).then_some((folder, manifest, pointer))
    }

    /// Says that the current generation still holds at this time.
    pub(super) fn confirm(&self, now: Timestamp) -> Result<()> {
        let Some((_, _, pointer)) = self.current() else { return Ok(()) };
        self.point(&Pointer { checked_at: now, ..pointer })
    }

    /// Begins a generation beside the others.
    pub(super) fn draft(&self) -> Result<(Draft, Tables)> {
        private::make_directory(&self.folder)?;
        let last = self.generations().into_iter().map(|(number, _)| number).max().unwrap_or(0);
        let folder = tempfile::Builder::new()
            .prefix(&format!("g-{:08}-", last + 1))
            .tempdir_in(&self.folder)
            .map_err(|error| Error::io(self.folder.display(), &error))?;
        private::make_directory(folder.path())?;
        let path = folder.path().join(DATABASE);
        private::create_file(&path).map_err(|error| Error::io(path.display(), &error))?;
        let connection = Connection::open(&path).map_err(|error| super::writer::failed(&error))?;
        Ok((Draft { folder, generation: Generation(last + 1) }, Tables::new(connection)?))
    }

    /// Makes a finished generation the current one and lets old ones go.
    pub(super) fn publish(&self, draft: Draft, written: Written, meta: Meta) -> Result<Arc<Snapshot>> {
        let Written { connection, types, kinds } = written;
        connection.close().map_err(|(_, error)| super::writer::failed(&error))?;
        let folder = draft.folder.path();
        let failed = |error: io::Error| Error::io("The cache could not be written", &error);
        for name in [DATABASE, ROWS] {
            File::open(folder.join(name)).and_then(|file| file.sync_all()).map_err(failed)?;
        }
        let manifest = Manifest {
            version: schema::VERSION,
            meta: Meta { generation: draft.generation, kinds, ..meta },
            relation_types: types,
            database: sum(&folder.join(DATABASE)).map_err(failed)?,
            rows: sum(&folder.join(ROWS)).map_err(failed)?,
        };
        let bytes = serde_json::to_vec_pretty(&manifest).map_err(|error| failed(error.into()))?;
        private::replace_file(&folder.join(MANIFEST), &bytes)?;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let checked_at = manifest.meta.checked_at;
        self.point(&Pointer { generation: name, manifest: crc32fast::hash(&bytes), checked_at })?;
        // The pointer leads there now: the folder is no longer a temporary one.
        let _ = draft.folder.keep();
        self.collect();
        self.open().map(Arc::new).ok_or_else(|| super::snapshot::damaged(&"it cannot be read back"))
    }

    fn point(&self, pointer: &Pointer) -> Result<()> {
        let bytes = serde_json::to_vec(pointer)
            .map_err(|error| Error::io("The cache could not be written", &error.into()))?;
        private::replace_file(&self.folder.join(POINTER), &bytes)
    }

    /// Removes generations that nobody opens any more, and those that others left unfinished: whoever has the lock is
    /// the only writer. What cannot be removed is tried again next time.
    fn collect(&self) {
        let current = self.current().and_then(|(folder, ..)| folder.file_name().map(ToOwned::to_owned));
        let mut generations = self.generations();
        generations.sort_by_key(|generation| std::cmp::Reverse(generation.0));
        let mut kept = 0;
        for (_, folder) in generations {
            let is_current = folder.file_name() == current.as_deref();
            if is_current || (folder.join(MANIFEST).exists() && kept < KEPT) {
                kept += 1;
            } else {
                let _ = fs::remove_dir_all(&folder); // see above
            }
        }
    }

    fn generations(&self) -> Vec<(u64, PathBuf)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.filter_map(|entry| Some((number(entry.file_name().to_str()?)?, entry.path()))).collect()
    }
}

impl Draft {
    /// Opens the file that the search rows go to.
    pub(super) fn rows(&self) -> Result<impl FnMut(Vec<u8>) -> Result<()> + use<>> {
        let path = self.folder.path().join(ROWS);
        let mut file = private::create_file(&path).map_err(|error| Error::io(path.display(), &error))?;
        Ok(move |bytes: Vec<u8>| {
            file.write_all(&bytes).map_err(|error| Error::io("The cache could not be written", &error))
        })
    }
}

/// The number in a generation's name; nothing for a name that is none, such as one with a way out.
fn number(name: &str) -> Option<u64> {
    let (number, random) = name.strip_prefix("g-")?.split_once('-')?;
    random.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| number.parse().ok())?
}

fn sum(path: &Path) -> io::Result<Sum> {
    let (bytes, checksum) = checksum(path)?;
    Ok(Sum { bytes, checksum, written: written(&fs::metadata(path)?)? })
}

fn written(found: &fs::Metadata) -> io::Result<Timestamp> {
    Timestamp::try_from(found.modified()?).map_err(io::Error::other)
}

/// The size of a file and the checksum of its bytes.
fn checksum(path: &Path) -> io::Result<(u64, u32)> {
    let mut file = File::open(path)?;
    let (mut hasher, mut bytes) = (crc32fast::Hasher::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((bytes, hasher.finalize())),
            read => {
                hasher.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
}
