//! A pattern of CODEOWNERS, matched step by step in time that the lengths of pattern and path bound.

use super::Dialect;

/// Steps of a pattern; no folder is nested deeper. A longer one matches nothing.
const MAX_STEPS: usize = 128;

/// A pattern, split at its slashes.
#[derive(Debug)]
pub(super) struct Pattern<'p> {
    steps: Vec<Step<'p>>,
    below: Below,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'p> {
    /// Any number of folders.
    Any,
    /// One name, with `*` and `?` in it.
    Name(&'p str),
}

/// Whether what lies below the matched place is matched too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Below {
    /// It is.
    Included,
    /// It is not.
    Left,
}

impl<'p> Pattern<'p> {
    pub(super) fn new(text: &'p str, dialect: Dialect) -> Self {
        let is_folder = text.ends_with('/');
        let inner = text.trim_end_matches('/');
        let is_rooted = match dialect {
            Dialect::GitHub => inner.contains('/'),
            Dialect::GitLab => inner.starts_with('/'),
        };
        let mut steps = if is_rooted || text == "/" { Vec::new() } else { vec![Step::Any] };
        let names = inner.split('/').filter(|name| !name.is_empty());
        steps.extend(names.map(|name| if name == "**" { Step::Any } else { Step::Name(name) }));
        // `docs/*` means the files of `docs`, not those of its folders; `*` alone means everything.
        let is_direct = is_rooted && steps.last() == Some(&Step::Name("*"));
        let below = match dialect {
            _ if is_folder => Below::Included,
            Dialect::GitHub if !is_direct => Below::Included,
            _ => Below::Left,
        };
        Self { steps, below }
    }

    /// Whether it matches a path. A folder's pattern matches the folder itself too.
    pub(super) fn matches(&self, path: &[&str]) -> bool {
        if self.steps.is_empty() || self.steps.len() > MAX_STEPS {
            return false;
        }
        // Which places of the path are reached by the steps so far.
        let mut reached = vec![false; path.len() + 1];
        reached[0] = true;
        for step in &self.steps {
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
        match self.below {
            Below::Included => reached[1..].contains(&true),
            Below::Left => reached[path.len()],
        }
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
        Pattern::new(pattern, dialect).matches(&path.split('/').collect::<Vec<_>>())
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
    }
}
