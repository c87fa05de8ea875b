//! The docs engine: mkdocs.yml, navigation, and Markdown to styled lines. Pure: pages come in as text.
//!
//! It knows meanings, never colours: a [`Span`] says that its text is a link or a warning, and a theme
//! decides elsewhere what that looks like. It must not know a terminal, a face or where files lie.

mod nav;
mod page;

pub use nav::{Nav, NavItem};
pub use page::{AdmonitionKind, CodeBlock, Document, Heading, Layout, Line, Link, Page, Role, Span, Syntax};
