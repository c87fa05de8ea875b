//! Whose rules a file follows.

use super::lines::MAX_LINES;
use super::section::Section;

/// Whose rules a file follows. They differ in what a pattern means and in which lines count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The last line that matches counts. A pattern with a slash inside begins at the root, and a folder's
    /// name stands for all below it.
    GitHub,
    /// The last line of each section counts. A pattern begins anywhere unless it begins with a slash, and a
    /// folder's name ends with one.
    GitLab,
    /// Every line that matches counts. A pattern is a regular expression for the whole path.
    Gitea,
}

impl Dialect {
    /// The dialect of a file: GitLab's or Gitea's, where its place, its repository's address or its sections
    /// say so.
    pub fn of(path: &str, remote: Option<&str>, text: &str) -> Self {
        let is_at = |places: &[&str]| places.iter().any(|place| path.ends_with(place));
        let is_of =
            |forges: &[&str]| remote.is_some_and(|remote| forges.iter().any(|forge| remote.contains(forge)));
        if is_at(&[".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"]) || is_of(&["gitea", "forgejo", "codeberg"]) {
            return Self::Gitea;
        }
        let has_sections = || text.lines().take(MAX_LINES).any(|line| Section::parse(line.trim()).is_some());
        let is_gitlab = is_at(&[".gitlab/CODEOWNERS"]) || is_of(&["gitlab"]) || has_sections();
        if is_gitlab { Self::GitLab } else { Self::GitHub }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_address_and_sections_tell_the_dialect() {
        let table = [
            ("CODEOWNERS", None, "* @a\n", Dialect::GitHub),
            ("CODEOWNERS", None, "[ab].md @a\n", Dialect::GitHub),
            ("CODEOWNERS", None, "[Docs] @a\n", Dialect::GitLab),
            ("x/.gitlab/CODEOWNERS", None, "", Dialect::GitLab),
            ("CODEOWNERS", Some("https://gitlab.acme.dev/a/b"), "", Dialect::GitLab),
            (".gitea/CODEOWNERS", None, "", Dialect::Gitea),
            ("CODEOWNERS", Some("https://codeberg.org/a/b"), "[ab]+ @a\n", Dialect::Gitea),
        ];
        for (path, remote, text, expected) in table {
            assert_eq!(Dialect::of(path, remote, text), expected, "{path} {remote:?} {text:?}");
        }
    }
}
