//! Backstage's own filter language, so that scripts move over: `filter=` texts, predicate queries, index
//! rows, facets, order and pages, selection of fields.
//!
//! A server matches against an index of its entities ([`Rows`]), a client against the document
//! ([`Predicate::holds`]); the two differ, and both are kept. The query language of people is `query`.

mod condition;
mod evaluate;
mod facets;
mod fields;
mod indexed;
mod page;
mod rows;
mod text;

pub use condition::{Condition, FilterError, Predicate, Primitive};
pub use facets::{Facet, facets};
pub use fields::Fields;
pub use indexed::IndexQuery;
pub use page::{Cursor, Order, Page, PageRequest, Start, TextFilter, page};
pub use rows::{Row, Rows};
pub use text::parse_filters;

use serde_json::{Value, json};

use super::{DEFAULT_NAMESPACE, Entity, Relation};

/// The document of an entity as a server would send it: with its namespace and its relations.
pub fn served_document(entity: &Entity, relations: impl IntoIterator<Item = Relation>) -> Value {
    let mut document = entity.document.to_value();
    if let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut)
        && !metadata.contains_key("namespace")
    {
        metadata.insert("namespace".to_owned(), DEFAULT_NAMESPACE.into());
    }
    if let Some(root) = document.as_object_mut() {
        let served = relations
            .into_iter()
            .map(|one| json!({"type": one.relation.as_str(), "targetRef": one.target.as_str()}));
        root.insert("relations".to_owned(), served.collect());
    }
    document
}
