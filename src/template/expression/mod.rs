//! The expression language of templates: the subset of Nunjucks that Backstage's scaffolder runs.
//!
//! An interpreter of its own with JavaScript's value semantics. It follows the **current** generation of
//! Backstage's engine (scaffolder-backend 4.0.3 and later, "nunjitsu"), not the older one that ran Nunjucks
//! itself; where the two differ the older behaviour is not offered. It loads no other template, knows no host
//! object, does no IO, and every render is bounded ([`limits`]).
//!
//! | file | holds |
//! | --- | --- |
//! | `pieces`, `lexer`, `parser`, `ast` | from text to a tree with places in the source |
//! | `value` | JavaScript's values, coercions, numbers, UTF-16, regular expressions |
//! | `evaluator`, `scope`, `callable` | carries the tree out |
//! | `filters`, `tests`, `methods` | what templates call |
//! | `reads`, `calls` | what a template reads, and what it calls that does not exist, without running it |
//! | [`error`], [`limits`] | what can go wrong, and how much a render may use |

mod ast;
mod callable;
pub mod calls;
pub mod error;
mod evaluator;
mod filters;
mod lexer;
pub mod limits;
mod methods;
mod parser;
mod pieces;
#[cfg(test)]
mod proofs;
pub mod reads;
mod scope;
mod span;
mod tests;
mod value;

pub use error::{Fault, RenderError};
pub use pieces::{Delimiters, Whitespace};
pub use span::Position;

pub(crate) use evaluator::Evaluator;
pub(crate) use parser::parse;
