//! Fuzzy search over compact rows. Pure: rows come in as one contiguous text.
//!
//! [`RowFacts`] says what of an entity is searched and filtered, [`RowsWriter`] turns facts into the haystack
//! that the store keeps beside a snapshot, [`Rows`] reads it back.

mod bits;
mod document;
mod facets;
mod filter;
mod fold;
mod highlight;
mod near;
mod needle;
mod pattern;
mod row_document;
mod row_facts;
mod rows;
mod rows_writer;
mod searcher;
#[cfg(test)]
mod searcher_tests;
#[cfg(test)]
mod testing;
mod top;

pub use document::leaves;
pub use filter::Typing;
pub use fold::fold;
pub use highlight::Highlighter;
pub use near::{near, near_name};
pub use row_document::RowDocument;
pub use row_facts::{RowFacts, RowFlags};
pub use rows::{Row, Rows, RowsError};
pub use rows_writer::RowsWriter;
pub use searcher::{Ask, Documents, Found, Partial, Searcher};
pub use top::Hit;
