//! The cache: immutable generations of snapshots, and the state of the user.

mod cache;
mod code_owners;
mod compare;
mod database;
mod decode;
mod find;
mod forgotten;
mod history;
mod known;
mod lock;
mod meta;
mod place;
mod row_owners;
mod row_texts;
mod schema;
mod snapshot;
mod state;
mod sync_record;
mod tombstone;
mod writer;

pub use cache::{Cache, Writer};
pub use code_owners::CodeOwnersFile;
pub use compare::Winner;
pub use history::ChangeSet;
pub use known::KnownFile;
pub(crate) use lock::{Lock, Taken};
pub use meta::{Age, Generation, Meta, PartState, SourceState, unfetched};
pub use snapshot::Snapshot;
pub use state::{Remembered, UserState, Visit};
pub use sync_record::{SyncLog, SyncRecord, SyncResult, SyncRun};
pub use tombstone::Tombstone;
pub use writer::{FileId, FileRecord, Stage};

#[cfg(test)]
mod cache_tests;
