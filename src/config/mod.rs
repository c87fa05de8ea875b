//! Layered configuration: plain values from files, the environment and the command line, each with its
//! origin; the defaults are embedded from `config/`. Never read from the current folder, which belongs to
//! whoever wrote the repository in it.
//!
//! Knows no command and no colour: the ids in `keys` and the text of a theme are handed on as they are.

mod check;
mod environment;
mod git;
mod layer;
mod load;
#[cfg(test)]
mod load_tests;
mod merged;
mod places;
mod read;
mod schema;
mod settings;
mod sources;
mod sync;

pub use check::ConfigProblem;
pub use environment::Environment;
pub use git::user_email;
pub use layer::LayerSource;
pub use load::{DEFAULT, Loaded, Overrides, load};
pub use merged::Setting;
pub use places::Places;
pub use read::user_theme;
pub use schema::SCHEMA;
pub use settings::{Config, Keys, Symbols, Ui};
pub use sources::{SourceConfig, SourcePlace};
pub use sync::SyncPolicy;
