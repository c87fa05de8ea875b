//! A pattern of CODEOWNERS, matched step by step in time that the lengths of pattern and path bound.

use super::Dialect;

/// Steps of a pattern; no folder is nested deeper. A longer one matches nothing.
const MAX_STEPS: usize = 128;

/// Bytes that a compiled expression may take.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// Steps back that one match of an expression may take; those of Gitea take none.
const MAX_BACKTRACKS: usize = 10_000;

/// A pattern.
#[derive(Debug)]
pub(super) enum Pattern {
    /// Split at its slashes.
    Steps {
        /// What each must be.
        steps: Vec<Step>,
        /// What is meant below them.
        below: Below,
    },
    /// A regular expression for the whole path.
    Expression(fancy_regex::Regex),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Any number of folders.
    Any,
    /// One name, with `*` and `?` in it.
    Name(String),
}

/// Whether what lies below the matched place is matched too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Below {
    /// It is.
    Included,
    /// It is not.
    Left,
}

impl Pattern {
    /// The pattern that a text is; nothing where it is none that can match.
    pub(super) fn new(text: &str, dialect: Dialect) -> Option<Self> {
        let is_rooted = match dialect {
            Dialect::GitHub => text.trim_end_matches('/').contains('/'),
            Dialect::GitLab => text.starts_with('/'),
            Dialect::Gitea => return expression(text),
        };
        let is_folder = text.ends_with('/');
        let mut steps = if is_rooted || text == "/" { Vec::new() } else { vec![Step::Any] };
        let names = text.split('/').filter(|name| !name.is_empty());
        steps.extend(names.map(|name| if name == "**" { Step::Any } else { Step::Name(name.to_owned()) }));
        // `docs/*` means the files of `docs`, not those of its folders; `*` alone means everything.
        let is_direct = is_rooted && matches!(steps.last(), Some(Step::Name(name)) if name == "*");
        let below = match dialect {
            _ if is_folder => Below::Included,
            Dialect::GitHub if !is_direct => Below::Included,
            _ => Below::Left,
        };
        (1..=MAX_STEPS).contains(&steps.len()).then_some(Self::Steps { steps, below })
    }

    /// Whether it matches a path. A folder's pattern matches the folder itself too.
    pub(super) fn matches(&self, path: &[&str]) -> bool {
        match self {
            Self::Steps { steps, below } => reaches(steps, *below, path),
            Self::Expression(expression) => expression.is_match(&path.join("/")).unwrap_or(false),
        }
    }
}

fn expression(text: &str) -> Option<Pattern> {
    let compiled = fancy_regex::RegexBuilder::new(&format!("^{text}$"))
        .backtrack_limit(MAX_BACKTRACKS)
        .delegate_size_limit(MAX_COMPILED_BYTES)
        .build();
    compiled.ok().map(Pattern::Expression)
}

fn reaches(steps: &[Step], below: Below, path: &[&str]) -> bool {
    // Which places of the path are reached by the steps so far.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for step in steps {
        reached = match step {
            Step::Any => {
                let first = reached.iter().position(|is| *is).unwrap_or(reached.len());
                (0..reached.len()).map(|at| at >= first).collect()
            }
            Step::Name(name) => std::iter::once(false)
                .chain(path.iter().zip(&reached).map(|(folder, is)| *is && is_name(name, folder)))
                .collect(),
        };
    }
    match below {
        Below::Included => reached[1..].contains(&true),
        Below::Left => reached[path.len()],
    }
}

/// Whether a name matches, where `*` is any text and `?` any character; a backslash takes their meaning.
fn is_name(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // Where the last `*` stood, and how much of the name it took.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let (wanted, width) = match pattern.get(p) {
            Some('\\') if p + 1 < pattern.len() => (Some(pattern[p + 1]), 2),
            Some('*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some('?') => (Some(name[n]), 1),
            other => (other.copied(), 1),
        };
        if wanted == Some(name[n]) {
            p += width;
            n += 1;
        } else if let Some((at, taken)) = star {
            star = Some((at, taken + 1));
            (p, n) = (at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, dialect: Dialect, path: &str) -> bool {
        let compiled = Pattern::new(pattern, dialect);
        compiled.is_some_and(|it| it.matches(&path.split('/').collect::<Vec<_>>()))
    }

    #[test]
    fn patterns_mean_what_their_forge_says() {
        use Dialect::{GitHub, GitLab};
        let table = [
            ("*", "a/b/c", Some(GitHub), true),
            ("*", "a/b/c", Some(GitLab), true),
            ("*.js", "a/b/c.js", None, true),
            ("*.js", "a/b/c.jsx", None, false),
            ("/docs/", "docs/a/b", None, true),
            ("/docs/", "docs", None, true),
            ("/docs/", "a/docs/b", None, false),
            ("docs/", "a/docs/b", None, true),
            ("docs/*", "docs/a", None, true),
            ("docs/*", "docs/a/b", None, false),
            ("docs/*", "x/docs/a", Some(GitHub), false),
            ("docs/*", "x/docs/a", Some(GitLab), true),
            ("/docs", "docs/a", Some(GitHub), true),
            ("/docs", "docs/a", Some(GitLab), false),
            ("/a/**/z.rs", "a/z.rs", None, true),
            ("/a/**/z.rs", "a/b/c/z.rs", None, true),
            ("/a/**", "a/b/c", None, true),
            ("**/logs", "a/b/logs", None, true),
            ("/a?c", "abc", None, true),
            ("/a*c*e", "aXcYcZe", None, true),
            ("/a*c*e", "aXcYcZ", None, false),
            ("a\\*", "a*", None, true),
            ("a\\*", "ab", None, false),
            ("/", "a", None, false),
        ];
        for (pattern, path, dialect, expected) in table {
            for one in dialect.map_or(vec![GitHub, GitLab], |it| vec![it]) {
                assert_eq!(matches(pattern, one, path), expected, "{pattern} {path} {one:?}");
            }
        }
    }

    #[test]
    fn a_pattern_made_to_take_long_does_not() {
        let pattern = format!("/{}b", "*a".repeat(500));
        assert!(!matches(&pattern, Dialect::GitHub, &"a".repeat(2000)));
        assert!(!matches(&"**/".repeat(1000), Dialect::GitHub, "a/b"));
        assert!(!matches("(a*)*b", Dialect::Gitea, &"a".repeat(2000)));
        assert!(!matches("(((a{999}){999}){999})", Dialect::Gitea, "a"));
    }
}
