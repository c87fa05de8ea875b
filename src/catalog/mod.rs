//! The catalog, pure: what descriptors mean. Text and facts come in as values; entities, relations and
//! problems come out. One bad document never hides its neighbours.

mod document;
mod entity;
mod lookup;
mod origin;
mod problem;
pub mod query;
mod reference;
mod relation;
pub mod yaml;

pub use document::Document;
pub use entity::{Entity, Link};
pub use lookup::EntityLookup;
pub use origin::{Origin, Position, Repository, SourceId};
pub use problem::{Problem, Severity};
pub use reference::{DEFAULT_NAMESPACE, EntityRef, RefContext, RefError, RefParts};
pub use relation::{Relation, RelationType};
