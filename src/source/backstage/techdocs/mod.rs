//! Docs of a running Backstage: its pages of HTML, turned into Markdown.

mod build;
mod fetch;
mod inline;
mod link;
mod markdown;
mod nav;
mod page;
mod token;
mod tree;

pub use fetch::{FetchedSite, SiteRef, fetch_site};
pub use link::Pages;
pub use page::{Page, read_page};
