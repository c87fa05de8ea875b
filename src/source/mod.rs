//! Where entities come from: folders of repositories, the bundled sample.

pub mod directory;
mod directory_tree;
mod sample;
pub mod tree;
mod work_tree;

pub use directory_tree::DirectoryTree;
pub use sample::SampleTree;
pub use tree::{Entry, EntryKind, Tree};
