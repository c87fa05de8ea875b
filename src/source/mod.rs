//! Where entities come from: folders of repositories, the bundled sample.

mod directory_tree;
pub mod tree;

pub use directory_tree::DirectoryTree;
pub use tree::{Entry, EntryKind, Tree};
