//! The docs engine: mkdocs.yml, navigation, and Markdown to styled lines. Pure: pages come in as text.
//!
//! It knows meanings, never colours: a [`Span`] says that its text is a link or a warning, and a theme
//! decides elsewhere what that looks like. It must not know a terminal, a face or where files lie.

mod mkdocs;
mod nav;
mod page;
mod path;
mod reference;
mod site;
mod target;
mod title;

pub use mkdocs::{ConfigError, FILE_NAMES, MkDocs};
pub use nav::{Nav, NavError, NavItem};
pub(crate) use page::decode;
pub use page::{AdmonitionKind, CodeBlock, Document, Heading, Layout, Line, Link, Page, Role, Span, Syntax};
pub use path::is_page;
pub use reference::{
    DocsRef, DocsRefError, PathCase, TECHDOCS_ENTITY, TECHDOCS_REF, repository_links, storage_path,
};
pub use site::{HEAD_BYTES, Site};
pub use target::{Target, resolve};
