//! A file read once: its lines, and which of them decide about a path.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Dialect;
use super::pattern::Pattern;
use super::section::Section;

/// Lines that are looked at; a line behind them has no effect.
pub(super) const MAX_LINES: usize = 50_000;

/// Lines of Gitea's form that are looked at: each is an expression, which is compiled.
const MAX_EXPRESSIONS: usize = 1_000;

/// Owners of a line.
const MAX_OWNERS: usize = 50;

/// A file of owners, read.
#[derive(Debug)]
pub struct CodeOwners<'a> {
    dialect: Dialect,
    /// In the order of the file.
    rules: Vec<Rule<'a>>,
    /// How many sections there are, with the one before the first head.
    sections: usize,
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

#[derive(Debug)]
struct Rule<'a> {
    names: OwnersLine<'a>,
    pattern: Pattern,
    section: usize,
    effect: Effect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// What matches has the owners of the line.
    Owns,
    /// What matches has no owners in the section.
    Excludes,
    /// What does not match has the owners of the line.
    OwnsOthers,
}

impl<'a> CodeOwners<'a> {
    /// Reads a text. What is no line of its dialect is left out, as its forge does.
    pub fn read(text: &'a str, dialect: Dialect) -> Self {
        let mut sections: HashMap<String, usize> = HashMap::new();
        let mut rules = Vec::new();
        let (mut section, mut defaults) = (0, Vec::new());
        let most = if dialect == Dialect::Gitea { MAX_EXPRESSIONS } else { MAX_LINES };
        for (at, line) in text.lines().take(most).enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if dialect == Dialect::GitLab
                && let Some(head) = Section::parse(line)
            {
                let next = sections.len() + 1;
                section = *sections.entry(head.name).or_insert(next);
                defaults = owners(head.owners);
                continue;
            }
            let (pattern, rest) = split_pattern(line);
            let Some((effect, glob)) = effect(pattern, dialect) else { continue };
            let Some(compiled) = Pattern::new(&unescape(glob, dialect), dialect) else { continue };
            let mut owners = owners(rest);
            if owners.is_empty() {
                owners.clone_from(&defaults);
            }
            let names = OwnersLine { line: at as u32 + 1, pattern, owners };
            rules.push(Rule { names, pattern: compiled, section, effect });
        }
        Self { dialect, rules, sections: sections.len() + 1 }
    }

    /// The lines that decide about a path below the root of the repository. A line that takes the owners away
    /// decides too, by leaving none.
    pub fn of(&self, path: &str) -> Vec<OwnersLine<'a>> {
        let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
        let matches = |rule: &&Rule<'a>| rule.pattern.matches(&steps) != (rule.effect == Effect::OwnsOthers);
        let mut matching = self.rules.iter().filter(matches);
        let deciding: Vec<&Rule<'a>> = match self.dialect {
            Dialect::GitHub => matching.next_back().into_iter().collect(),
            Dialect::Gitea => matching.collect(),
            Dialect::GitLab => {
                let mut last = vec![None; self.sections];
                let mut is_excluded = vec![false; self.sections];
                for rule in matching {
                    last[rule.section] = Some(rule);
                    is_excluded[rule.section] |= rule.effect == Effect::Excludes;
                }
                let kept = last.into_iter().zip(is_excluded).filter(|(_, is_excluded)| !is_excluded);
                kept.filter_map(|(rule, _)| rule).collect()
            }
        };
        let owned = deciding.into_iter().filter(|rule| !rule.names.owners.is_empty());
        owned.map(|rule| rule.names.clone()).collect()
    }
}

/// What a pattern does, and the pattern without the mark that says so.
fn effect(pattern: &str, dialect: Dialect) -> Option<(Effect, &str)> {
    match (dialect, pattern.strip_prefix('!')) {
        (_, None) => Some((Effect::Owns, pattern)),
        (Dialect::GitLab, Some(excluded)) => Some((Effect::Excludes, excluded)),
        (Dialect::Gitea, Some(others)) => Some((Effect::OwnsOthers, others)),
        // GitHub knows no exclusions and leaves such lines out.
        (Dialect::GitHub, Some(_)) => None,
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

fn unescape(pattern: &str, dialect: Dialect) -> Cow<'_, str> {
    if dialect == Dialect::Gitea && pattern.contains('\\') {
        // There a backslash takes the meaning of any character, also of a backslash.
        let mut is_escaped = false;
        let kept = pattern.chars().filter(|c| {
            is_escaped = *c == '\\' && !is_escaped;
            !is_escaped
        });
        return kept.collect::<String>().into();
    }
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
        let found = CodeOwners::read(text, dialect).of(path);
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
        let of = |path| lines(text, Dialect::GitLab, path);
        assert_eq!(of("x.rs"), one(1, "@all"));
        assert_eq!(of("auth/a.md"), [(1, "@all".into()), (3, "@writers".into()), (5, "@auth".into())]);
        assert_eq!(of("CHANGELOG.md"), one(1, "@all"));
    }

    #[test]
    fn expressions_of_gitea_count_all_and_mean_the_whole_path() {
        let text = ".*\\\\.go @go\n!src/.* @others # not there\nsrc/(a|b)/.* @ab\nsrc @nobody\n(broken @x\n";
        let of = |path| lines(text, Dialect::Gitea, path);
        assert_eq!(of("src/a/x.go"), [(1, "@go".into()), (3, "@ab".into())]);
        assert_eq!(of("docs/x_go"), one(2, "@others"));
        assert_eq!(of("src/c/x.rs"), []);
    }

    #[test]
    fn github_leaves_exclusions_out() {
        assert_eq!(lines("* @a\n!x @b\n", Dialect::GitHub, "x"), one(1, "@a"));
    }

    #[test]
    fn blanks_of_a_name_are_escaped() {
        assert_eq!(lines("/my\\ docs/ @a\n", Dialect::GitHub, "my docs/x"), one(1, "@a"));
        assert_eq!(lines("my\\ docs/.* @a\n", Dialect::Gitea, "my docs/x"), one(1, "@a"));
    }
}
