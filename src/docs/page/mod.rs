//! One page: Markdown in, styled lines out.

mod line;
mod model;

pub use line::{AdmonitionKind, Line, Role, Span, Syntax};
pub use model::{CodeBlock, Heading, Link, Page};
