//! `copyWithoutTemplating`: which entries of a skeleton are copied as they are. Patterns match paths from the
//! root of the skeleton; the name of a folder covers what it holds; `!` takes out again what came before.

use globset::{GlobBuilder, GlobMatcher};

/// Patterns that one step may name.
const MAX_PATTERNS: usize = 1_000;

/// A list of patterns; the last that matches decides.
#[derive(Debug, Clone, Default)]
pub struct Globs(Vec<Rule>);

#[derive(Debug, Clone)]
struct Rule {
    matches: bool,
    exactly: GlobMatcher,
    below: GlobMatcher,
}

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pattern {pattern:?} cannot be read: {why}")]
pub struct GlobError {
    pattern: String,
    why: String,
}

impl Globs {
    /// The patterns in their order.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, GlobError> {
        let mut rules = Vec::new();
        for pattern in patterns.into_iter().take(MAX_PATTERNS) {
            let (matches, bare) = match pattern.strip_prefix('!') {
                Some(bare) => (false, bare),
                None => (true, pattern),
            };
            let bare = bare.trim_start_matches("./").trim_end_matches('/');
            let compiled = |text: &str| {
                let glob = GlobBuilder::new(text).literal_separator(true).build();
                glob.map(|glob| glob.compile_matcher())
                    .map_err(|error| GlobError { pattern: pattern.to_owned(), why: error.kind().to_string() })
            };
            rules.push(Rule { matches, exactly: compiled(bare)?, below: compiled(&format!("{bare}/**"))? });
        }
        Ok(Self(rules))
    }

    /// Whether the patterns choose a path.
    pub fn choose(&self, path: &str) -> bool {
        let decides = |rule: &&Rule| rule.exactly.is_match(path) || rule.below.is_match(path);
        self.0.iter().rev().find(decides).is_some_and(|rule| rule.matches)
    }

    /// Whether there is no pattern at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_from_the_root_and_folders_cover_their_content() {
        let globs = Globs::new(["a.txt", ".github/workflows/", "x", "!x/do.txt", "**/*.png"]).unwrap();
        let chosen = [
            ("a.txt", true),
            ("sub/a.txt", false),
            (".github/workflows/ci.yml", true),
            (".github/dependabot.yml", false),
            ("x/keep.txt", true),
            ("x/do.txt", false),
            ("deep/er/logo.png", true),
            ("logo.png", true),
        ];
        for (path, expected) in chosen {
            assert_eq!(globs.choose(path), expected, "{path}");
        }
    }

    #[test]
    fn a_star_stays_in_its_folder_and_sees_dot_files() {
        let globs = Globs::new([".github/workflows/*"]).unwrap();
        assert!(globs.choose(".github/workflows/.ci.yml"));
        assert!(!globs.choose(".github/other/ci.yml"));
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_named() {
        assert!(Globs::new(["a[b"]).unwrap_err().to_string().contains("a[b"));
    }
}
