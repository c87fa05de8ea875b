//! The pages of a site by their addresses, and links between them as a Markdown site writes them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Letters of a path that is taken for one of a page.
const MAX_PATH: usize = 500;

/// The pages of a site: the path of each page of HTML, and that of the Markdown it becomes.
#[derive(Debug, Default)]
pub struct Pages(BTreeMap<String, String>);

impl Pages {
    /// The pages among the files of a site, with the names that they had before they were built.
    pub fn new<'f>(files: impl Iterator<Item = &'f str>) -> Self {
        let html: BTreeSet<&str> = files.filter(|file| is_page(file)).collect();
        let named = html.iter().map(|file| {
            let stem = file.trim_end_matches(".html");
            // `a/index.html` was `a.md`, or `a/index.md` where the folder has other pages.
            let markdown = match stem.strip_suffix("/index") {
                Some(folder) if !has_others(&html, folder) => format!("{folder}.md"),
                _ => format!("{stem}.md"),
            };
            ((*file).to_owned(), markdown)
        });
        Self(named.collect())
    }

    /// The pages: HTML, and Markdown.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(html, markdown)| (html.as_str(), markdown.as_str()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The Markdown of the page that an address in a page leads to, and the heading there with its `#`.
    pub(super) fn page<'h>(&self, from: &str, href: &'h str) -> Option<(&str, &'h str)> {
        let (path, anchor) = href.split_at(href.find('#').unwrap_or(href.len()));
        let path = path.split('?').next().unwrap_or_default();
        let found = resolve(from, path)?;
        let candidates = [found.clone(), join(&found, "index.html"), format!("{found}.html")];
        let markdown = candidates.iter().find_map(|file| self.0.get(file))?;
        Some((markdown, anchor))
    }
}

fn has_others(html: &BTreeSet<&str>, folder: &str) -> bool {
    let below = format!("{folder}/");
    let mut inside = html.range(below.as_str()..).take_while(|file| file.starts_with(&below));
    html.contains(format!("{folder}.html").as_str()) || inside.nth(1).is_some()
}

/// Whether a file of a site is a page of it. Its path may go nowhere but down.
fn is_page(file: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    file.len() <= MAX_PATH
        && file.strip_suffix(".html").is_some()
        && file.split('/').next_back() != Some("404.html")
        && !file.contains(|c: char| c == '\\' || c.is_control())
        && file.split('/').all(is_plain)
}

/// The links of one page.
pub(super) struct Links<'a> {
    /// All pages.
    pub(super) pages: &'a Pages,
    /// The page of HTML that they stand in.
    pub(super) html: &'a str,
    /// The Markdown it becomes.
    pub(super) markdown: &'a str,
}

impl Links<'_> {
    /// Where a link leads, as Markdown writes it; nothing where it would run something.
    pub(super) fn target(&self, href: &str) -> Option<String> {
        // A browser takes no notice of these within an address.
        let href: String = href.trim().chars().filter(|c| !c.is_control()).collect();
        if let Some(scheme) = scheme(&href) {
            let is_open = ["http", "https", "mailto"].iter().any(|open| scheme.eq_ignore_ascii_case(open));
            return is_open.then(|| written(&href));
        }
        if href.is_empty() || href.starts_with(['/', '\\', '#']) {
            return (!href.is_empty()).then(|| written(&href));
        }
        if let Some((page, anchor)) = self.pages.page(self.html, &href) {
            if page == self.markdown && !anchor.is_empty() {
                return Some(written(anchor));
            }
            return Some(written(&format!("{}{anchor}", relative(self.markdown, page))));
        }
        // A picture or a file beside the pages.
        match resolve(self.html, &href) {
            Some(path) => Some(written(&relative(self.markdown, &path))),
            None => Some(written(&href)),
        }
    }
}

/// The path below the root of a site that an address in one of its pages means.
fn resolve(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// A path below the root of a site as seen from one of its files.
fn relative(from: &str, to: &str) -> String {
    let folders: Vec<&str> = from.split('/').collect();
    let folders = &folders[..folders.len() - 1];
    let parts: Vec<&str> = to.split('/').collect();
    let shared = folders.iter().zip(&parts[..parts.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = folders[shared..].iter().map(|_| "..");
    up.chain(parts[shared..].iter().copied()).collect::<Vec<_>>().join("/")
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The scheme of an address.
pub(super) fn scheme(href: &str) -> Option<&str> {
    let (scheme, _) = href.split_once(':')?;
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    (scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_scheme)).then_some(scheme)
}

/// An address with nothing in it that ends it early.
fn written(href: &str) -> String {
    let mut out = String::with_capacity(href.len());
    for c in href.chars() {
        if c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '\\' | '[' | ']' | '`' | '|' | '*' | '"')
        {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "%{byte:02X}"); // writing into a String cannot fail
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 8] = [
        "index.html",
        "404.html",
        "running/index.html",
        "ops/index.html",
        "ops/a/index.html",
        "flat.html",
        "../up/index.html",
        "assets/app.js",
    ];

    fn target(html: &str, href: &str) -> Option<String> {
        let pages = Pages::new(FILES.into_iter());
        let markdown = pages.0[html].clone();
        Links { pages: &pages, html, markdown: &markdown }.target(href)
    }

    #[test]
    fn pages_get_back_the_names_that_they_had() {
        let pages = Pages::new(FILES.into_iter());
        let names: Vec<&str> = pages.iter().map(|(_, markdown)| markdown).collect();
        assert_eq!(names, ["flat.md", "index.md", "ops/a.md", "ops/index.md", "running.md"]);
    }

    #[test]
    fn a_link_to_a_page_leads_to_its_markdown() {
        let links = [
            ("running/index.html", "../", "index.md"),
            ("running/index.html", "..", "index.md"),
            ("running/index.html", "../ops/a/#b", "ops/a.md#b"),
            ("running/index.html", "#b", "#b"),
            ("running/index.html", "./#b", "#b"),
            ("running/index.html", "../flat.html?x#b", "flat.md#b"),
            ("ops/a/index.html", "../../running/", "../running.md"),
            ("ops/a/index.html", "../", "index.md"),
            ("index.html", "running/", "running.md"),
            ("running/index.html", "../assets/a b.png", "assets/a%20b.png"),
        ];
        for (html, href, wanted) in links {
            assert_eq!(target(html, href).as_deref(), Some(wanted), "{html} {href}");
        }
    }

    #[test]
    fn a_link_to_elsewhere_stays_and_one_that_runs_something_goes() {
        for stays in ["https://e.org/a?b#c", "/catalog/default/component/x", "mailto:a@e.org", "../../../x"] {
            assert_eq!(target("index.html", stays).as_deref(), Some(stays));
        }
        for gone in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            " JavaScript:x",
            "data:text/html,x",
            "file:///a",
            "",
        ] {
            assert_eq!(target("index.html", gone), None, "{gone:?}");
        }
        assert_eq!(
            target("index.html", "https://e.org/a)b [c](d").unwrap(),
            "https://e.org/a%29b%20%5Bc%5D%28d"
        );
    }
}
