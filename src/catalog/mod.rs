//! The catalog, pure: what descriptors mean. Text and facts come in as values; entities, relations and
//! problems come out. One bad document never hides its neighbours.

pub mod assembly;
mod bundle;
pub mod change;
mod code;
pub mod codeowners;
mod contact;
mod declared;
pub mod descriptor;
mod document;
mod entity;
pub mod filter;
pub(crate) mod git_address;
pub(crate) mod lenient;
pub mod location;
mod lookalike;
mod lookup;
mod origin;
pub mod ownership;
pub mod placeholder;
mod problem;
mod problems_manual;
pub mod query;
mod reference;
mod relation;
mod relation_fields;
pub mod scm_url;
mod served;
pub mod url;
pub mod validate;
pub mod yaml;

pub use assembly::{Assembly, Relations, assemble};
pub use code::{Code, CodeEntry};
pub use contact::{Contact, ContactKind, contacts};
pub use descriptor::{Reading, Skipped};
pub use document::Document;
pub use entity::{Entity, Link};
pub use lookalike::LookAlike;
pub use lookup::EntityLookup;
pub use origin::{Origin, Position, Repository, SourceId};
pub use problem::{Problem, Severity};
pub use problems_manual::problems_manual;
pub use reference::{DEFAULT_NAMESPACE, EntityRef, RefContext, RefError, RefParts};
pub use relation::{Relation, RelationType};

/// An origin for tests: this file of a source `test`, at its start.
#[cfg(test)]
pub(crate) fn test_origin(path: &str) -> Origin {
    Origin {
        source: SourceId::new("test"),
        path: path.into(),
        position: Position::default(),
        repository: None,
    }
}
