//! Where a link of a page leads. Never out of the docs folder, and to the outside by three schemes only.

use super::path;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A page of the site, and a heading of it.
    Page {
        /// The page below the docs folder.
        path: String,
        /// The heading.
        anchor: Option<String>,
    },
    /// A heading of the same page.
    Anchor(String),
    /// A file below the docs folder that is no page of the site; it may not exist.
    File(String),
    /// An address by `http`, `https` or `mailto`. Foreign text: show the whole of it before it is opened.
    External(String),
    /// An address that is not followed, for it leaves the docs folder or may run something.
    Refused,
}

/// Finds where a link of a page leads; `is_page` says which paths are pages of the site.
pub fn resolve(page: &str, link: &str, is_page: impl Fn(&str) -> bool) -> Target {
    let link = link.trim();
    if let Some(scheme) = scheme(link) {
        let is_open = ["http", "https", "mailto"].iter().any(|open| scheme.eq_ignore_ascii_case(open));
        return if is_open { Target::External(link.to_owned()) } else { Target::Refused };
    }
    if link.starts_with("//") || link.starts_with("\\\\") {
        return Target::Refused;
    }
    let (link, anchor) = match link.split_once('#') {
        Some((link, anchor)) => (link, path::percent_decoded(anchor).filter(|anchor| !anchor.is_empty())),
        None => (link, None),
    };
    let written = link.split('?').next().unwrap_or("");
    if written.is_empty() {
        return anchor.map_or(Target::Refused, Target::Anchor);
    }
    let Some(written) = path::percent_decoded(written) else { return Target::Refused };
    // Written for the source, a link starts at the page's folder; written for a browser, at the page's own
    // address, which is a folder of its own.
    let own = page.rsplit_once('.').map_or(page, |(stem, _)| stem);
    let own = if path::is_index(page) { path::folder(page) } else { own };
    let from_source = path::inside(path::folder(page), &written);
    let from_browser = path::inside(own, &written);
    let found = [&from_source, &from_browser].into_iter().flatten().find_map(|path| page_at(path, &is_page));
    match (found, from_source) {
        (Some(path), _) => Target::Page { path, anchor },
        (None, Some(path)) => Target::File(path),
        (None, None) => Target::Refused,
    }
}

/// The page that a path names: itself, the first page of a folder, or the page behind a browser's address.
fn page_at(path: &str, is_page: impl Fn(&str) -> bool) -> Option<String> {
    let bare = path.strip_suffix(".html").unwrap_or(path);
    let folder = match bare.strip_suffix("index") {
        Some(folder) => folder.trim_end_matches('/'),
        None => bare,
    };
    let join = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    [path.to_owned(), format!("{bare}.md"), join("index.md"), join("README.md")]
        .into_iter()
        .find(|candidate| is_page(candidate))
}

/// The scheme of an address, such as `https`.
fn scheme(link: &str) -> Option<&str> {
    let (scheme, _) = link.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(page: &str, link: &str) -> Target {
        resolve(page, link, |path| {
            ["index.md", "a.md", "g/README.md", "g/one.md", "g/two.md"].contains(&path)
        })
    }

    fn page(path: &str, anchor: Option<&str>) -> Target {
        Target::Page { path: path.to_owned(), anchor: anchor.map(str::to_owned) }
    }

    #[test]
    fn links_are_followed_as_written_for_the_source_and_for_a_browser() {
        assert_eq!(find("g/one.md", "two.md#x"), page("g/two.md", Some("x")));
        assert_eq!(find("g/one.md", "../two/"), page("g/two.md", None));
        assert_eq!(find("g/one.md", "../a.md"), page("a.md", None));
        assert_eq!(find("a.md", "g/"), page("g/README.md", None));
        assert_eq!(find("a.md", "/g/one.html"), page("g/one.md", None));
        assert_eq!(find("g/one.md", "../"), page("index.md", None));
        assert_eq!(find("a.md", "#b%20c"), Target::Anchor("b c".to_owned()));
        assert_eq!(find("a.md", "img/x.png"), Target::File("img/x.png".to_owned()));
    }

    #[test]
    fn nothing_leaves_the_docs_folder() {
        for link in ["../../outside.txt", "%2e%2e/%2e%2e/x", "..\\x", "//evil/x", ""] {
            assert_eq!(find("a.md", link), Target::Refused, "{link}");
        }
    }

    #[test]
    fn three_schemes_are_followed() {
        assert_eq!(find("a.md", "HTTPS://e.org/"), Target::External("HTTPS://e.org/".to_owned()));
        assert_eq!(find("a.md", "mailto:a@b.c"), Target::External("mailto:a@b.c".to_owned()));
        for link in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vscode://x"] {
            assert_eq!(find("a.md", link), Target::Refused, "{link}");
        }
    }
}
