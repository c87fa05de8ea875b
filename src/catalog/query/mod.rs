//! The query language, one for the search box, the command line and rules: words are fuzzy, `field:value`
//! filters, `-` turns a term round, quotes are exact, a comma means any of.
//!
//! Syntax only: what a term matches is decided by `search`, which knows the rows.

mod complete;
mod parse;
mod print;
mod range;
mod term;

pub use complete::{Completion, Facets, completions};
pub use range::{Amount, Range};
pub use term::{Field, Is, Predicate, Query, Role, Term, Token, Value};
