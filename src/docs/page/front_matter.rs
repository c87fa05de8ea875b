//! The front matter of a page: cut off, never shown. Only its title is read, as a line: front matter is
//! foreign YAML, and a page needs no more of it.

/// The front matter and the rest of a page.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let Some(rest) = text.strip_prefix("---\n") else { return ("", text) };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return (&rest[..at], &rest[at + line.len()..]);
        }
        at += line.len();
    }
    ("", text)
}

/// The title that front matter gives.
pub(crate) fn title(matter: &str) -> Option<String> {
    let value = matter.lines().find_map(|line| line.strip_prefix("title:"))?.trim();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].rsplit_once(quote)?.0,
        // Tags, anchors, aliases and blocks are not titles.
        '!' | '&' | '*' | '|' | '>' | '[' | '{' => return None,
        _ => value.split(" #").next()?.trim_end(),
    };
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_needs_its_end() {
        assert_eq!(split("---\ntitle: T\n---\n# H\n"), ("title: T\n", "# H\n"));
        assert_eq!(split("---\ntitle: T\n"), ("", "---\ntitle: T\n"));
        assert_eq!(split("# H\n"), ("", "# H\n"));
    }

    #[test]
    fn a_title_is_plain_or_in_quotes() {
        assert_eq!(title("a: b\ntitle: It's # not\n").as_deref(), Some("It's"));
        assert_eq!(title("title: 'x: y'\n").as_deref(), Some("x: y"));
        assert_eq!(title("title: !!python/object/apply:os.system ['x']\n"), None);
        assert_eq!(title("x: 1\n"), None);
    }
}
