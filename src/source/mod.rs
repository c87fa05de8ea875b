//! Where entities come from: folders of repositories, the bundled sample, and what lies elsewhere and is mirrored.

pub mod backstage;
pub mod child;
pub mod command;
pub mod directory;
mod directory_tree;
pub mod forge;
pub mod git;
mod halves;
pub mod http;
pub mod mirror;
mod names;
pub mod remote;
pub mod room;
mod sample;
pub mod scan;
pub mod secret;
mod settings;
pub mod sum;
pub mod tools;
pub mod tree;
mod work_tree;
pub mod work_trees;

pub use command::CommandSettings;
pub use directory_tree::DirectoryTree;
pub use sample::SampleTree;
pub use settings::{RemoteSettings, Variables};
pub use tree::{Entry, EntryKind, Tree};
