//! CODEOWNERS: which line of a repository's file names the owners of a path. Reads GitHub's and GitLab's
//! form; knows no catalog and no file.

mod pattern;

use std::borrow::Cow;

use pattern::Pattern;

/// Bytes of a file that are looked at: GitHub's own limit.
pub const MAX_BYTES: usize = 3 << 20;

/// Lines that are looked at; a line behind them has no effect.
const MAX_LINES: usize = 50_000;

/// Owners of a line.
const MAX_OWNERS: usize = 50;

/// Where the file may be in a repository; the first that is there is the one.
pub const PATHS: [&str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Whose rules a file follows. They differ in what a pattern without a leading slash means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A pattern with a slash inside begins at the root, and a folder's name stands for all below it.
    GitHub,
    /// A pattern begins anywhere unless it begins with a slash, and a folder's name ends with one.
    GitLab,
}

/// The line that names the owners of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnersLine<'a> {
    /// The line, from 1.
    pub line: u32,
    /// The pattern that matches, as written.
    pub pattern: &'a str,
    /// Its owners as written: `@org/team`, `@login` or a mail address. Foreign text.
    pub owners: Vec<&'a str>,
}

impl Dialect {
    /// The dialect of a file: GitLab's, where its place, its repository's address or its sections say so.
    pub fn of(path: &str, remote: Option<&str>, text: &str) -> Self {
        let is_gitlab = path.ends_with(".gitlab/CODEOWNERS")
            || remote.is_some_and(|remote| remote.contains("gitlab"))
            || text.lines().take(MAX_LINES).any(|line| Section::parse(line.trim()).is_some());
        if is_gitlab { Self::GitLab } else { Self::GitHub }
    }
}

/// The lines that decide about a path below the root of the repository: the last one that matches, and with
/// sections the last one of each. A line that takes the owners away decides too, by leaving none.
pub fn owners_of<'a>(text: &'a str, dialect: Dialect, path: &str) -> Vec<OwnersLine<'a>> {
    let path: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    let mut sections: Vec<Decided<'a>> = vec![Decided::default()];
    let mut current = 0;
    let mut defaults: Vec<&'a str> = Vec::new();
    for (at, line) in text.lines().take(MAX_LINES).enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if dialect == Dialect::GitLab
            && let Some(section) = Section::parse(line)
        {
            // Sections of one name are one section.
            current = sections.iter().position(|it| it.name == section.name).unwrap_or(sections.len());
            if current == sections.len() {
                sections.push(Decided { name: section.name.clone(), ..Decided::default() });
            }
            defaults = owners(section.owners);
            continue;
        }
        let (pattern, rest) = split_pattern(line);
        let (is_excluded, glob) = match (dialect, pattern.strip_prefix('!')) {
            (Dialect::GitLab, Some(excluded)) => (true, excluded),
            // GitHub knows no exclusions and leaves such lines out.
            (Dialect::GitHub, Some(_)) => continue,
            (_, None) => (false, pattern),
        };
        if !Pattern::new(&unescape(glob), dialect).matches(&path) {
            continue;
        }
        let decided = &mut sections[current];
        decided.is_excluded |= is_excluded;
        let mut owners = owners(rest);
        if owners.is_empty() && !decided.name.is_empty() {
            owners.clone_from(&defaults);
        }
        decided.line = Some(OwnersLine { line: at as u32 + 1, pattern, owners });
    }
    let decided = sections.into_iter().filter(|section| !section.is_excluded);
    decided.filter_map(|section| section.line).filter(|line| !line.owners.is_empty()).collect()
}

/// What a section says about the path, as far as it was read.
#[derive(Debug, Default)]
struct Decided<'a> {
    /// In lower case; empty for the lines before the first section.
    name: String,
    line: Option<OwnersLine<'a>>,
    is_excluded: bool,
}

/// The head of a section: `[name]`, `^[optional name]`, `[name][approvals]`, each with default owners.
struct Section<'a> {
    name: String,
    owners: &'a str,
}

impl<'a> Section<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (name, mut rest) = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?.split_once(']')?;
        if name.trim().is_empty() {
            return None;
        }
        if let Some((approvals, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            && approvals.bytes().all(|byte| byte.is_ascii_digit())
        {
            rest = behind;
        }
        // `[ab]*.md` is a pattern of its first bracket, not a section.
        let is_head = rest.is_empty() || rest.starts_with(char::is_whitespace);
        is_head.then(|| Self { name: name.trim().to_lowercase(), owners: rest })
    }
}

/// A pattern and what stands behind it. A blank within a pattern is written `\ `.
fn split_pattern(line: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, c) in line.char_indices() {
        if c.is_whitespace() && !is_escaped {
            return (&line[..at], &line[at..]);
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    (line, "")
}

fn unescape(pattern: &str) -> Cow<'_, str> {
    if pattern.contains("\\ ") || pattern.starts_with("\\#") {
        return pattern.replace("\\ ", " ").replacen("\\#", "#", 1).into();
    }
    pattern.into()
}

/// The words that can be owners, up to a comment.
fn owners(text: &str) -> Vec<&str> {
    let words = text.split_whitespace().take_while(|word| !word.starts_with('#'));
    words.filter(|word| word.contains('@') && word.len() > 1).take(MAX_OWNERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, dialect: Dialect, path: &str) -> Vec<(u32, String)> {
        let found = owners_of(text, dialect, path);
        found.into_iter().map(|it| (it.line, it.owners.join(" "))).collect()
    }

    fn one(number: u32, owners: &str) -> Vec<(u32, String)> {
        vec![(number, owners.to_owned())]
    }

    #[test]
    fn the_last_line_that_matches_decides() {
        let text = "# who\n* @acme/all\n\n/src/ @acme/dev jane@acme.dev # inline\n*.md @writer\n/src/gen/\n";
        let of = |path| lines(text, Dialect::GitHub, path);
        assert_eq!(of("Makefile"), one(2, "@acme/all"));
        assert_eq!(of("src/a/b.rs"), one(4, "@acme/dev jane@acme.dev"));
        assert_eq!(of("src/README.md"), one(5, "@writer"));
        assert_eq!(of("src/gen/x.rs"), [], "a line without owners takes them away");
    }

    #[test]
    fn sections_decide_each_for_itself_and_hand_down_their_owners() {
        let text =
            "* @all\n[Docs] @writers\n*.md\n^[Security][2] @sec\n/auth/ @auth\n[DOCS]\n!CHANGELOG.md\n";
        assert_eq!(Dialect::of("CODEOWNERS", None, text), Dialect::GitLab);
        let of = |path| lines(text, Dialect::GitLab, path);
        assert_eq!(of("x.rs"), one(1, "@all"));
        assert_eq!(of("auth/a.md"), [(1, "@all".into()), (3, "@writers".into()), (5, "@auth".into())]);
        assert_eq!(of("CHANGELOG.md"), one(1, "@all"));
    }

    #[test]
    fn github_leaves_exclusions_out() {
        assert_eq!(lines("* @a\n!x @b\n", Dialect::GitHub, "x"), one(1, "@a"));
    }

    #[test]
    fn blanks_of_a_name_are_escaped() {
        assert_eq!(lines("/my\\ docs/ @a\n", Dialect::GitHub, "my docs/x"), one(1, "@a"));
    }

    #[test]
    fn a_bracket_that_is_no_head_is_a_pattern() {
        assert_eq!(Dialect::of("CODEOWNERS", None, "[ab].md @a\n"), Dialect::GitHub);
        assert_eq!(Dialect::of("CODEOWNERS", Some("https://gitlab.acme.dev/a/b"), ""), Dialect::GitLab);
    }
}
