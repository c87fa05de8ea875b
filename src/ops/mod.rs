//! Use cases: a typed request in, a typed and serialisable outcome out; shared by every face.

mod entity_row;
mod identity;
pub mod list;
pub mod search;

pub use entity_row::EntityRow;
pub use identity::{Identity, IdentityHints};

#[cfg(test)]
mod testing;
