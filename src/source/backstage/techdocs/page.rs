//! A page of a built site, read.

use serde_json::Value;

use super::link::{Links, Pages};
use super::{markdown, nav, tree};

/// What a page of HTML holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its text as Markdown. Foreign.
    pub text: String,
    /// The navigation of the site, as `mkdocs.yml` would say it.
    pub nav: Vec<Value>,
}

/// Reads the page of a site that lies at a path and becomes a file of Markdown; nothing where there is no text
/// of docs in it.
pub fn read_page(source: &str, (html, markdown): (&str, &str), pages: &Pages) -> Option<Page> {
    let page = tree::parse(source);
    let text = markdown::markdown(&page, &Links { pages, html, markdown })?;
    Some(Page { text, nav: nav::entries(&page, html, pages) })
}
