//! Use cases: a typed request in, a typed and serialisable outcome out; shared by every face.

pub mod age;
mod asked;
mod build;
mod cancel;
pub mod changes;
mod code_owners;
mod compare;
pub mod completion;
pub mod create;
pub mod deps;
pub mod docs;
mod entity_row;
mod entry;
pub mod graph;
mod identity;
pub mod impact;
pub mod init;
mod known;
pub mod lint;
pub mod list;
mod locate;
pub mod login;
mod owner;
pub mod portal;
pub mod problems;
pub mod refresh;
mod resolve;
pub mod search;
mod served_docs;
pub mod show;
mod skeleton;
pub mod sources;
pub mod status;
pub mod sync;
pub mod template;
mod tombstones;
pub mod user;
pub mod who;

pub use cancel::Cancel;
pub use entity_row::EntityRow;
pub use entry::entry;
pub use identity::{Identity, IdentityHints};
pub use owner::{Basis, Evidence, Owner};
pub use resolve::{resolve, resolve_kind, resolve_referred};

// What the faces know of the cache: a state of the catalog, its number, what is known of the whole.
pub use crate::store::{Generation, Meta, Snapshot, SourceState};

#[cfg(test)]
mod testing;
