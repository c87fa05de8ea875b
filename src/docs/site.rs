//! A docs site: its settings, its pages with their titles, and its navigation. Nothing about it is fatal:
//! what cannot be used is a note, and the pages are there.

use std::collections::BTreeMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::target::{self, Target};
use super::{ConfigError, MkDocs, Nav, path, title};

/// Bytes of a page that are enough to find its title. Callers need not read more of it for a [`Site`].
pub const HEAD_BYTES: usize = 4 * 1024;

/// A docs site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// `site_name`, if there is one. Foreign text.
    pub name: Option<String>,
    /// The folder of the pages below that of `mkdocs.yml`, without a slash at its end; may be empty.
    pub docs_dir: String,
    /// The titles of all pages by their paths below `docs_dir`. Foreign text.
    pub pages: BTreeMap<String, String>,
    /// The navigation.
    pub nav: Nav,
    /// Whether the only page is the README beside the docs, for there is nothing else.
    pub is_fallback: bool,
    /// What is wrong with the settings, as sentences. May quote foreign text.
    pub notes: Vec<String>,
}

impl Site {
    /// The site of the text of `mkdocs.yml`, if there is one, and of the files below its folder: their paths,
    /// and for pages how they begin.
    pub fn new(mkdocs: Option<&str>, files: &BTreeMap<String, String>) -> Self {
        let (mut notes, mut is_outside) = (Vec::new(), false);
        let config = match MkDocs::parse(mkdocs.unwrap_or("")) {
            Ok(config) => Some(config),
            Err(error) => {
                notes.push(format!("{error}."));
                // A folder outside is not looked into; settings that cannot be read mean the default ones.
                is_outside = matches!(error, ConfigError::DocsDirOutside(_));
                MkDocs::parse("").ok()
            }
        };
        let docs_dir = config.as_ref().map_or("docs", |config| config.docs_dir()).to_owned();
        let pages = match &config {
            Some(config) if !is_outside => pages(&docs_dir, files, config),
            _ => BTreeMap::new(),
        };
        if let Some(tag) = config.as_ref().and_then(MkDocs::refused_tag) {
            notes.push(format!("Backstage refuses the tag {tag} in mkdocs.yml; it means nothing here."));
        }
        let mut site = Self { name: None, docs_dir, pages, nav: Nav::default(), is_fallback: false, notes };
        if let Some(config) = &config {
            site.name = config.site_name().map(str::to_owned);
            site.take_nav(config);
        }
        if site.pages.is_empty() {
            site.fall_back(files);
        }
        site
    }

    /// The file of a page below the folder of `mkdocs.yml`.
    pub fn file(&self, page: &str) -> String {
        if self.docs_dir.is_empty() { page.to_owned() } else { format!("{}/{page}", self.docs_dir) }
    }

    /// The page that is opened first: the home page, else the first of the navigation, else any.
    pub fn first_page(&self) -> Option<&str> {
        let nav = self.nav.home().or_else(|| self.nav.pages().first().copied());
        nav.or_else(|| self.pages.keys().next().map(String::as_str))
    }

    /// Where a link of a page leads.
    pub fn resolve(&self, page: &str, link: &str) -> Target {
        target::resolve(page, link, |path| self.pages.contains_key(path))
    }

    fn take_nav(&mut self, config: &MkDocs) {
        let given = config.nav().map(|nav| Nav::given(nav, &self.pages));
        match given {
            Some(Ok(nav)) if !nav.items.is_empty() => self.nav = nav,
            given => {
                if let Some(Err(error)) = given {
                    self.notes.push(format!("{error}. The pages are listed by folder."));
                }
                let hidden = matcher(config.patterns("not_in_nav"));
                let is_listed = |path: &str| !hidden.matched(path, false).is_ignore();
                let pages = self.pages.iter().filter(|(path, _)| is_listed(path));
                self.nav =
                    Nav::by_folder(&pages.map(|(path, title)| (path.clone(), title.clone())).collect());
            }
        }
    }

    fn fall_back(&mut self, files: &BTreeMap<String, String>) {
        let readme = files.iter().find(|(file, _)| {
            path::folder(file).is_empty()
                && path::stem(file).is_some_and(|stem| stem.eq_ignore_ascii_case("readme"))
        });
        if let Some((file, head)) = readme {
            self.docs_dir = String::new();
            self.pages = BTreeMap::from([(file.clone(), title::of_page(file, head))]);
            self.nav = Nav::by_folder(&self.pages);
            self.is_fallback = true;
        }
    }
}

/// The pages of a docs folder with their titles: Markdown that is not hidden, and no README beside an index.
fn pages(docs_dir: &str, files: &BTreeMap<String, String>, config: &MkDocs) -> BTreeMap<String, String> {
    let excluded = matcher(config.patterns("exclude_docs"));
    let prefix = if docs_dir.is_empty() { String::new() } else { format!("{docs_dir}/") };
    let below = files.iter().filter_map(|(file, head)| Some((file.strip_prefix(&prefix)?, head)));
    let is_hidden =
        |page: &str| page.split('/').any(|part| part.starts_with('.')) || page.starts_with("templates/");
    let mut pages: BTreeMap<String, String> = below
        .filter(|(page, _)| path::stem(page).is_some() && !is_hidden(page))
        .filter(|(page, _)| !excluded.matched_path_or_any_parents(page, false).is_ignore())
        .map(|(page, head)| (page.to_owned(), title::of_page(page, head)))
        .collect();
    let is_shadowed = |page: &String| {
        let index = path::inside(path::folder(page), "index.md");
        path::stem(page) == Some("README") && index.is_some_and(|index| pages.contains_key(&index))
    };
    let shadowed: Vec<String> = pages.keys().filter(|page| is_shadowed(page)).cloned().collect();
    for page in shadowed {
        pages.remove(&page);
    }
    pages
}

/// Patterns like those of `.gitignore`; lines that are none are left out.
fn matcher(patterns: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for line in patterns.lines() {
        // A line that is no pattern hides nothing.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> BTreeMap<String, String> {
        files.iter().map(|(file, head)| ((*file).to_owned(), (*head).to_owned())).collect()
    }

    #[test]
    fn a_readme_stands_in_where_there_are_no_docs() {
        let site = Site::new(None, &files(&[("README.md", "# Hello\n"), ("src/a.md", "")]));
        assert!(site.is_fallback);
        assert_eq!(site.first_page(), Some("README.md"));
        assert_eq!(site.pages["README.md"], "Hello");
    }

    #[test]
    fn a_docs_dir_outside_is_a_note_and_shows_nothing_of_it() {
        let site =
            Site::new(Some("site_name: S\ndocs_dir: ../outside\n"), &files(&[("docs/index.md", "# x")]));
        assert!(site.pages.is_empty());
        assert!(site.notes[0].contains("../outside"));
    }

    #[test]
    fn settings_that_are_no_yaml_leave_the_pages() {
        let site = Site::new(Some("a: [\n"), &files(&[("docs/index.md", "# x")]));
        assert_eq!(site.first_page(), Some("index.md"));
        assert_eq!(site.notes.len(), 1);
    }

    #[test]
    fn excluded_pages_are_not_there_and_unlisted_ones_are_not_in_the_navigation() {
        let mkdocs = "exclude_docs: |\n  drafts/\nnot_in_nav: |\n  b.md\n";
        let paths = [("docs/index.md", ""), ("docs/b.md", ""), ("docs/drafts/c.md", "")];
        let site = Site::new(Some(mkdocs), &files(&paths));
        assert_eq!(site.pages.keys().collect::<Vec<_>>(), ["b.md", "index.md"]);
        assert_eq!(site.nav.pages(), ["index.md"]);
    }
}
