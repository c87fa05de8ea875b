//! Regular expressions with JavaScript's syntax, on an engine with a bounded number of steps.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use super::units;
use crate::template::expression::error::Fault;
use crate::template::expression::limits::{Budget, Limit, MAX_BACKTRACKS, MAX_LIST_ITEMS, MAX_PATTERN_BYTES};

/// Steps that one match of a backtracking pattern counts for.
const BACKTRACKING_STEPS: usize = 500;
/// Bytes that a compiled pattern may take.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// A compiled literal. Compiled once, when the template is parsed.
#[derive(Debug)]
pub(crate) struct Pattern {
    source: Rc<str>,
    flags: Rc<str>,
    matcher: fancy_regex::Regex,
    backtracks: bool,
}

/// A regular expression as a value: a pattern, and where the next search with `g` or `y` starts.
#[derive(Debug)]
pub(crate) struct Regex {
    pattern: Rc<Pattern>,
    /// In UTF-16 units.
    last_index: Cell<usize>,
}

/// One match: the byte range of the whole and of each group.
pub(crate) struct Match {
    pub(crate) whole: Range<usize>,
    pub(crate) groups: Vec<Option<Range<usize>>>,
    names: Vec<(String, usize)>,
}

impl Pattern {
    /// Compiles the text between the slashes and the flags behind them.
    pub(crate) fn new(source: &str, flags: &str) -> Result<Self, Fault> {
        if source.len() > MAX_PATTERN_BYTES {
            return Err(Limit::Pattern(MAX_PATTERN_BYTES).into());
        }
        if let Some(flag) = flags.chars().find(|flag| !"gimy".contains(*flag)) {
            return Err(Fault::Regex(format!("there is no flag `{flag}`")));
        }
        let mut translated = String::from(if flags.contains('m') { "(?m)" } else { "" });
        if flags.contains('i') {
            translated.push_str("(?i)");
        }
        translated.push_str(&translate(source));
        let matcher = fancy_regex::RegexBuilder::new(&translated)
            .backtrack_limit(MAX_BACKTRACKS)
            .delegate_size_limit(MAX_COMPILED_BYTES)
            .build()
            .map_err(|error| Fault::Regex(error.to_string()))?;
        Ok(Self { source: source.into(), flags: flags.into(), matcher, backtracks: backtracks(source) })
    }

    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }
}

impl Regex {
    pub(crate) fn new(pattern: Rc<Pattern>) -> Self {
        Self { pattern, last_index: Cell::new(0) }
    }

    /// The literal as JavaScript prints it.
    pub(crate) fn literal(&self) -> String {
        let mut flags: Vec<char> = self.pattern.flags.chars().collect();
        flags.sort_unstable();
        format!("/{}/{}", self.pattern.source, flags.into_iter().collect::<String>())
    }

    /// Whether `replace` replaces every match.
    pub(crate) fn is_global(&self) -> bool {
        self.pattern.has('g')
    }

    /// The first match at or after a byte offset.
    pub(crate) fn find(&self, text: &str, from: usize, budget: &mut Budget) -> Result<Option<Match>, Fault> {
        budget.spend(1 + text.len() / 256 + if self.pattern.backtracks { BACKTRACKING_STEPS } else { 0 })?;
        let captures = self.pattern.matcher.captures_from_pos(text, from).map_err(|error| match error {
            fancy_regex::Error::RuntimeError(_) => Limit::Backtracks(MAX_BACKTRACKS).into(),
            other => Fault::Regex(other.to_string()),
        })?;
        let Some(captures) = captures else { return Ok(None) };
        let range =
            |index| captures.get(index).map(|group: fancy_regex::Match<'_>| group.start()..group.end());
        let Some(whole) = range(0) else { return Ok(None) };
        if self.pattern.has('y') && whole.start != from {
            return Ok(None);
        }
        let groups = (1..captures.len()).map(range).collect();
        let names = self.pattern.matcher.capture_names().enumerate();
        let names = names.filter_map(|(index, name)| Some((name?.to_owned(), index))).collect();
        Ok(Some(Match { whole, groups, names }))
    }

    /// The matches that `replace` replaces: all with `g`, else the first.
    pub(crate) fn matches(&self, text: &str, budget: &mut Budget) -> Result<Vec<Match>, Fault> {
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(next) = self.find(text, from, budget)? {
            from = if next.whole.is_empty() { step_over(text, next.whole.end) } else { next.whole.end };
            found.push(next);
            if found.len() > MAX_LIST_ITEMS {
                return Err(Limit::ListItems(MAX_LIST_ITEMS).into());
            }
            if !self.is_global() || from > text.len() {
                break;
            }
        }
        Ok(found)
    }

    /// `test`: whether it matches; with `g` or `y` the next test goes on behind this match.
    pub(crate) fn test(&self, text: &str, budget: &mut Budget) -> Result<bool, Fault> {
        let stateful = self.is_global() || self.pattern.has('y');
        let start = if stateful { self.last_index.get() } else { 0 };
        if start > units::len(text) {
            self.last_index.set(0);
            return Ok(false);
        }
        let found = self.find(text, units::byte_of(text, start), budget)?;
        if stateful {
            self.last_index.set(found.as_ref().map_or(0, |found| units::offset_of(text, found.whole.end)));
        }
        Ok(found.is_some())
    }
}

/// The offset behind the character at an offset, so that an empty match does not repeat.
pub(crate) fn step_over(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(1, char::len_utf8)
}

impl Match {
    /// A match without groups, of plain text.
    pub(crate) fn plain(whole: Range<usize>) -> Self {
        Self { whole, groups: Vec::new(), names: Vec::new() }
    }

    /// A replacement text with `$&`, `$1`, `$<name>`, `` $` ``, `$'` and `$$` filled in.
    pub(crate) fn expand(&self, replacement: &str, text: &str, out: &mut String) {
        let mut rest = replacement;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            rest = self.expand_one(rest, text, out);
        }
        out.push_str(rest);
    }

    /// Fills in what follows a `$` and returns what comes behind it.
    fn expand_one<'a>(&self, rest: &'a str, text: &str, out: &mut String) -> &'a str {
        let group = |number: usize| self.groups.get(number.wrapping_sub(1));
        let part = |range: Option<&Option<Range<usize>>>| {
            range.and_then(Option::as_ref).map_or("", |range| &text[range.clone()])
        };
        let special = match rest.as_bytes().first() {
            Some(b'$') => Some("$"),
            Some(b'&') => Some(&text[self.whole.clone()]),
            Some(b'`') => Some(&text[..self.whole.start]),
            Some(b'\'') => Some(&text[self.whole.end..]),
            _ => None,
        };
        if let Some(special) = special {
            out.push_str(special);
            return &rest[1..];
        }
        if let Some((name, behind)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>'))
            && !self.names.is_empty()
        {
            let index = self.names.iter().find(|(known, _)| known == name).map(|(_, index)| *index);
            out.push_str(part(index.and_then(group)));
            return behind;
        }
        for width in [2, 1] {
            if let Some(digits) = rest.get(..width)
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && let Some(found) = digits.parse().ok().and_then(group)
            {
                out.push_str(part(Some(found)));
                return &rest[width..];
            }
        }
        out.push('$');
        rest
    }
}

/// Whether a pattern needs the backtracking engine.
fn backtracks(source: &str) -> bool {
    let back_reference = source
        .as_bytes()
        .windows(2)
        .any(|pair| pair[0] == b'\\' && (pair[1] == b'k' || (b'1'..=b'9').contains(&pair[1])));
    back_reference || ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|group| source.contains(group))
}

/// JavaScript's pattern syntax in the engine's: ASCII classes, and brackets and operators that mean nothing
/// special inside a JavaScript class.
fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut in_class = false;
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, in_class) {
            ('\\', _) => match characters.next() {
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some('w') => out.push_str(if in_class { "A-Za-z0-9_" } else { "[A-Za-z0-9_]" }),
                Some('D') => out.push_str("[^0-9]"),
                Some('W') => out.push_str("[^A-Za-z0-9_]"),
                Some('b') if in_class => out.push_str("\\x08"),
                Some('0') => out.push_str("\\x00"),
                Some(escaped) if escaped.is_ascii() && !escaped.is_ascii_control() => {
                    out.extend(['\\', escaped]);
                }
                Some(escaped) => out.push(escaped),
                None => out.push('\\'),
            },
            ('[', false) => {
                in_class = true;
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if characters.next_if_eq(&']').is_some() {
                    // `[]` matches nothing and `[^]` everything; the engine would take the bracket literally.
                    let negated = out.ends_with('^');
                    out.truncate(out.len() - if negated { 2 } else { 1 });
                    out.push_str(if negated { "(?s:.)" } else { "[^\\x00-\\x{10FFFF}]" });
                    in_class = false;
                }
            }
            (']', true) => {
                in_class = false;
                out.push(']');
            }
            ('[' | '&' | '~', true) => out.extend(['\\', character]),
            (character, _) => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::expression::limits::Limits;

    fn regex(source: &str, flags: &str) -> Regex {
        Regex::new(Rc::new(Pattern::new(source, flags).unwrap()))
    }

    fn budget() -> Budget {
        Budget::new(Limits::default())
    }

    #[test]
    fn replacement_marks_are_filled_in() {
        let regex = regex("(?<x>l+)", "");
        let found = &regex.matches("hello", &mut budget()).unwrap()[0];
        let mut out = String::new();
        found.expand("[$<x>|$1|$&|$`|$'|$$|$2]", "hello", &mut out);
        assert_eq!(out, "[ll|ll|ll|he|o|$|$2]");
    }

    #[test]
    fn a_global_test_goes_on_behind_its_last_match() {
        let regex = regex("a", "g");
        assert!(regex.test("a", &mut budget()).unwrap());
        assert!(!regex.test("a", &mut budget()).unwrap());
        assert!(regex.test("a", &mut budget()).unwrap());
    }

    #[test]
    fn classes_hold_what_they_hold_in_javascript() {
        assert!(regex("^[[&&a]+$", "").test("[&a", &mut budget()).unwrap());
        assert!(!regex("^\\d$", "").test("٣", &mut budget()).unwrap());
        assert!(regex("a\\/[^]b", "").test("a/\nb", &mut budget()).unwrap());
    }

    #[test]
    fn a_regex_bomb_ends_with_its_limit() {
        let bomb = regex("^(?=(a+)+$)(a+)+\\1x$", "");
        let text = "a".repeat(40) + "!";
        let failure = bomb.test(&text, &mut budget());
        assert!(matches!(failure, Ok(false) | Err(Fault::Limit(Limit::Backtracks(_)))));
        assert!(!regex("^(a+)+$", "").test(&text, &mut budget()).unwrap());
    }
}
