//! The navigation of a docs site as a tree. Knows no Markdown and no YAML text.

/// The navigation of a site, as its reader shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nav {
    /// The entries of the first level.
    pub items: Vec<NavItem>,
}

/// One entry of the navigation. Titles and addresses are foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NavItem {
    /// A page of the site.
    Page {
        /// The label of the navigation, else the page's own title.
        title: String,
        /// The page below `docs_dir`, such as `guide/start.md`.
        path: String,
    },
    /// A section with its entries.
    Section {
        /// Its label.
        title: String,
        /// Its entries.
        children: Vec<NavItem>,
    },
    /// An address outside of the site, or one that names no page of it.
    Link {
        /// The label, else the address.
        title: String,
        /// The address as it was written.
        target: String,
        /// Whether it looks like a page of the site that is not there.
        is_missing: bool,
    },
}
