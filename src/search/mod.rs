//! Fuzzy search over compact rows. Pure: rows come in as one contiguous text.
//!
//! [`RowFacts`] says what of an entity is searched and filtered, [`RowsWriter`] turns facts into the haystack
//! that the store keeps beside a snapshot, [`Rows`] reads it back.

mod fold;
mod row_facts;
mod rows;
mod rows_writer;

pub use fold::fold;
pub use row_facts::{RowFacts, RowFlags};
pub use rows::{Row, Rows, RowsError};
pub use rows_writer::RowsWriter;
