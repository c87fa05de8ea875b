//! One page: Markdown in, styled lines out.
//!
//! [`Document`] cuts a page into blocks once; [`Layout`] makes lines of them at a width, from the top, as far
//! as somebody looks. Marks that MkDocs adds to Markdown are read here; inline Markdown is read by
//! tui-markdown, block by block, for only a block is small enough to be fast and simple enough to be right.

mod anchor;
mod attributes;
mod block;
mod container;
mod definitions;
mod document;
mod extras;
mod fence;
pub(super) mod front_matter;
mod guard;
mod highlight;
mod html;
mod inline;
mod layout;
mod line;
mod list;
mod model;
mod paint;
mod parse;
mod symbols;
mod syntax;
mod table;
mod wrap;

pub use document::Document;
pub(crate) use html::decode;
pub use layout::Layout;
pub use line::{AdmonitionKind, Line, Role, Span, Syntax};
pub use model::{CodeBlock, Heading, Link, Page};
pub(super) use parse::heading_text;
