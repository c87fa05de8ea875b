//! The navigation of a docs site as a tree: the one that is given, else the folders. Knows no text of YAML.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{path, title};

/// Sections inside of sections that are read.
const MAX_DEPTH: usize = 16;

/// Most entries of a navigation.
const MAX_ENTRIES: usize = 20_000;

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

/// Why a navigation that is given cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NavError {
    /// It is a map or a word.
    #[error("nav in mkdocs.yml is not a list; write each entry as `- Title: page.md`")]
    NotAList,
}

impl Nav {
    /// The navigation as `mkdocs.yml` gives it. `pages` are the titles of all pages by their paths.
    pub fn given(nav: &Value, pages: &BTreeMap<String, String>) -> Result<Self, NavError> {
        let entries = nav.as_array().ok_or(NavError::NotAList)?;
        let mut reader = Reader { pages, left: MAX_ENTRIES };
        Ok(Self { items: reader.entries(entries, 0) })
    }

    /// The navigation by folders: the first page, then files by name, then folders.
    pub fn by_folder(pages: &BTreeMap<String, String>) -> Self {
        let paths: Vec<&str> = pages.keys().map(String::as_str).take(MAX_ENTRIES).collect();
        Self { items: folder("", &paths, pages, 0) }
    }

    /// The page that a reader sees first: the index, if it stands on the first level.
    pub fn home(&self) -> Option<&str> {
        self.items.iter().find_map(|item| match item {
            NavItem::Page { path, .. } if path::is_index(path) && path::folder(path).is_empty() => {
                Some(path.as_str())
            }
            _ => None,
        })
    }

    /// The pages in the order of the navigation, for the next one and the one before.
    pub fn pages(&self) -> Vec<&str> {
        let mut pages = Vec::new();
        let mut waiting: Vec<&NavItem> = self.items.iter().rev().collect();
        while let Some(item) = waiting.pop() {
            match item {
                NavItem::Page { path, .. } => pages.push(path.as_str()),
                NavItem::Section { children, .. } => waiting.extend(children.iter().rev()),
                NavItem::Link { .. } => {}
            }
        }
        pages
    }
}

struct Reader<'a> {
    pages: &'a BTreeMap<String, String>,
    left: usize,
}

impl Reader<'_> {
    fn entries(&mut self, entries: &[Value], depth: usize) -> Vec<NavItem> {
        let mut items = Vec::new();
        for entry in entries {
            if self.left == 0 || depth >= MAX_DEPTH {
                break;
            }
            match entry {
                Value::String(target) => items.push(self.leaf(None, target)),
                Value::Object(map) => {
                    for (label, value) in map {
                        items.extend(self.labelled(label, value, depth));
                    }
                }
                // Numbers, nothing and lists without a label name no page.
                _ => {}
            }
        }
        items
    }

    fn labelled(&mut self, label: &str, value: &Value, depth: usize) -> Option<NavItem> {
        self.left = self.left.checked_sub(1)?;
        let title = label.to_owned();
        match value {
            Value::String(target) => Some(self.leaf(Some(label), target)),
            Value::Array(entries) => {
                Some(NavItem::Section { title, children: self.entries(entries, depth + 1) })
            }
            // MkDocs wants a list here; what is meant is plain.
            Value::Object(_) => {
                let children = self.entries(std::slice::from_ref(value), depth + 1);
                Some(NavItem::Section { title, children })
            }
            _ => None,
        }
    }

    fn leaf(&mut self, label: Option<&str>, target: &str) -> NavItem {
        self.left = self.left.saturating_sub(1);
        let found = path::inside("", target).filter(|_| !target.starts_with('/'));
        if let Some((path, title)) = found.and_then(|path| self.pages.get_key_value(&path)) {
            let title = label.unwrap_or(title).to_owned();
            return NavItem::Page { title, path: path.clone() };
        }
        let is_missing = path::stem(target).is_some() && !target.contains("://");
        NavItem::Link { title: label.unwrap_or(target).to_owned(), target: target.to_owned(), is_missing }
    }
}

/// The entries of one folder; `paths` are the pages in it and below.
fn folder(prefix: &str, paths: &[&str], pages: &BTreeMap<String, String>, depth: usize) -> Vec<NavItem> {
    let (files, below): (Vec<&str>, Vec<&str>) =
        paths.iter().partition(|path| !path[prefix.len()..].contains('/'));
    let (index, files): (Vec<&str>, Vec<&str>) = files.into_iter().partition(|path| path::is_index(path));
    let page = |path: &str| NavItem::Page { title: pages[path].clone(), path: path.to_owned() };
    let mut items: Vec<NavItem> = index.into_iter().chain(files).map(page).collect();
    if depth >= MAX_DEPTH {
        return items;
    }
    let mut folders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in below {
        let name = path[prefix.len()..].split('/').next().unwrap_or_default();
        folders.entry(name).or_default().push(path);
    }
    for (name, inner) in folders {
        let prefix = format!("{prefix}{name}/");
        let children = folder(&prefix, &inner, pages, depth + 1);
        items.push(NavItem::Section { title: title::of_name(name), children });
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pages(paths: &[&str]) -> BTreeMap<String, String> {
        paths.iter().map(|path| ((*path).to_owned(), path.to_uppercase())).collect()
    }

    #[test]
    fn files_come_before_folders_and_the_index_first() {
        let nav = Nav::by_folder(&pages(&["abc.md", "10.md", "9.md", "b/x.md", "index.md", "Zed.md"]));
        assert_eq!(nav.pages(), ["index.md", "10.md", "9.md", "Zed.md", "abc.md", "b/x.md"]);
        assert_eq!(nav.home(), Some("index.md"));
    }

    #[test]
    fn a_page_that_is_not_there_is_marked() {
        let nav =
            Nav::given(&json!([{"A": "a.md"}, {"Up": "../../x.md"}, "https://e.org/b.md"]), &pages(&[]));
        let marks: Vec<bool> = nav
            .unwrap()
            .items
            .iter()
            .map(|item| matches!(item, NavItem::Link { is_missing: true, .. }))
            .collect();
        assert_eq!(marks, [true, true, false]);
    }

    #[test]
    fn wrong_entries_are_left_out_and_deep_ones_are_bounded() {
        let mut deep = json!("a.md");
        for _ in 0..100 {
            deep = json!([{"S": deep}]);
        }
        let nav =
            Nav::given(&json!([5, null, {"A": {"B": "a.md"}}, {"Deep": deep}]), &pages(&["a.md"])).unwrap();
        assert_eq!((nav.items.len(), nav.pages()), (2, vec!["a.md"]));
    }

    #[test]
    fn a_navigation_must_be_a_list() {
        assert_eq!(Nav::given(&json!({"Home": "index.md"}), &pages(&[])), Err(NavError::NotAList));
    }
}
