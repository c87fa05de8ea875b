//! Titles: of a page by its text or its name, of a section by its folder.

use super::page::{front_matter, heading_text};
use super::path;

/// The title of a page: `title` of its front matter, else the heading of the first level that it begins with,
/// else its name.
pub(super) fn of_page(file: &str, head: &str) -> String {
    let head = head.strip_prefix('\u{feff}').unwrap_or(head).replace("\r\n", "\n");
    let (matter, body) = front_matter::split(&head);
    front_matter::title(matter).or_else(|| first_heading(body)).unwrap_or_else(|| {
        if path::is_index(file) && path::folder(file).is_empty() {
            "Home".to_owned()
        } else if path::is_index(file) {
            "Index".to_owned()
        } else {
            of_name(path::stem(file).unwrap_or(file))
        }
    })
}

/// A name of a file or a folder as a title: `getting-started` is `Getting started`, `API` stays.
pub(super) fn of_name(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    if words.chars().any(char::is_uppercase) {
        return words;
    }
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn first_heading(body: &str) -> Option<String> {
    let body = body.trim_start_matches('\n');
    let (line, rest) = body.split_once('\n').unwrap_or((body, ""));
    let is_underlined = {
        let rule = rest.lines().next().unwrap_or("").trim_end();
        !rule.is_empty() && rule.bytes().all(|b| b == b'=')
    };
    let text = match line.strip_prefix('#') {
        Some(text) if !text.starts_with('#') => text,
        None if is_underlined => line,
        _ => return None,
    };
    let text = heading_text(text.trim());
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_titled_by_its_text_then_by_its_name() {
        assert_eq!(of_page("a.md", "---\ntitle: T\n---\n# H\n"), "T");
        assert_eq!(of_page("a.md", "# **Bold** `code` title #\n"), "Bold code title");
        assert_eq!(of_page("a.md", "Title\n=====\n"), "Title");
        assert_eq!(of_page("foo-bar.md", "## Only\n"), "Foo bar");
        assert_eq!(of_page("index.md", "intro\n\n# Late\n"), "Home");
        assert_eq!(of_page("API_guide.md", ""), "API guide");
    }
}
