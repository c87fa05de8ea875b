//! The names that links use for headings.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// Gives headings their anchors, each only once.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    counts: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor of a heading: its own id, else its text as MkDocs makes it into one.
    pub(super) fn next(&mut self, text: &str, id: Option<&str>) -> String {
        let anchor = id.map_or_else(|| slug(text), str::to_owned);
        let count = self.counts.entry(anchor.clone()).or_insert(0);
        *count += 1;
        match *count {
            1 if !anchor.is_empty() => anchor,
            1 => "_1".to_owned(),
            count => format!("{anchor}_{}", count - usize::from(!anchor.is_empty())),
        }
    }
}

/// A text as MkDocs makes it into an anchor: ASCII, small letters, dashes for blanks.
fn slug(text: &str) -> String {
    let ascii = text.nfkd().filter(char::is_ascii).map(|c| c.to_ascii_lowercase());
    dashed(
        ascii.filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace()),
        Runs::AsOne,
    )
}

/// A text as GitHub makes it into an anchor, which pages that are read there use.
pub(super) fn github_slug(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase);
    dashed(letters.filter(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ')), Runs::Kept)
}

/// What becomes of blanks that follow each other.
#[derive(Clone, Copy)]
enum Runs {
    AsOne,
    Kept,
}

fn dashed(letters: impl Iterator<Item = char>, runs: Runs) -> String {
    let mut slug = String::new();
    for c in letters.collect::<String>().trim().chars() {
        let c = if c.is_whitespace() { '-' } else { c };
        if !(c == '-' && matches!(runs, Runs::AsOne) && slug.ends_with('-')) {
            slug.push(c);
        }
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_ascii_and_given_once() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.next("A & B", None), "a-b");
        assert_eq!(anchors.next("A & B", None), "a-b_1");
        assert_eq!(anchors.next("Été / x", None), "ete-x");
        assert_eq!(anchors.next("x", Some("own")), "own");
        assert_eq!(anchors.next("日本", None), "_1");
        assert_eq!(anchors.next("中文", None), "_2");
    }

    #[test]
    fn the_other_way_keeps_letters_and_double_dashes() {
        assert_eq!(github_slug("A & B 日本"), "a--b-日本");
    }
}
