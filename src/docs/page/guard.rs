//! Prepares running text for the Markdown renderer: lines are joined, and what the renderer knows but
//! TechDocs does not (math, its own sub- and superscript, emphasis inside of words) is escaped.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::attributes;
use super::definitions::Definitions;

/// Stands with a blank at the start of each line, so that no text is taken for a list or a heading. No text
/// can hold it: it is not a character.
const GUARD: &str = "\u{fdd0} ";

/// Longest tag or address in angle brackets that is copied as it is, in bytes.
const MAX_ANGLE: usize = 2000;

/// Running text as the renderer should get it, with the definitions that it uses.
pub(super) fn guarded(source: &str, definitions: &Definitions) -> String {
    let mut guard = Guard { source, at: 0, out: String::with_capacity(source.len() + 16), runs: None };
    guard.out.push_str(GUARD);
    guard.run();
    let mut out = guard.out;
    append_definitions(&mut out, definitions);
    out
}

/// Rendered text without the guards.
pub(super) fn unguarded(text: &str) -> String {
    text.replace(GUARD, "").replace('\u{fdd0}', "")
}

struct Guard<'a> {
    source: &'a str,
    at: usize,
    out: String,
    /// The starts of backtick runs by length, in order; made when the first run is met.
    runs: Option<HashMap<usize, Vec<usize>>>,
}

impl Guard<'_> {
    fn run(&mut self) {
        let bytes = self.source.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'\n' => self.line_end(),
                b'`' => self.code(),
                b'<' => self.angle(),
                b'\\' if bytes.get(self.at + 1).is_some_and(|next| *next != b'\n') => {
                    self.copy(1);
                    self.copy_char();
                }
                b'$' | b'~' | b'^' => self.escape(),
                b'*' if self.is_inside_of_word() => self.escape(),
                b')' | b']' => {
                    self.copy(1);
                    self.drop_attributes();
                }
                _ => self.copy_char(),
            }
        }
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(&self.source[self.at..self.at + length]);
        self.at += length;
    }

    fn copy_char(&mut self) {
        let length = self.source[self.at..].chars().next().map_or(1, char::len_utf8);
        self.copy(length);
    }

    fn escape(&mut self) {
        self.out.push('\\');
        self.copy(1);
    }

    fn drop_attributes(&mut self) {
        self.at += attributes::leading_list(&self.source[self.at..]);
    }

    /// A single star between letters is a star.
    fn is_inside_of_word(&self) -> bool {
        let bytes = self.source.as_bytes();
        let is_word = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        };
        is_word(self.at.checked_sub(1)) && is_word(Some(self.at + 1))
    }

    fn line_end(&mut self) {
        self.at += 1;
        let text = self.out.trim_end_matches(' ');
        let is_hard = self.out.len() - text.len() >= 2 || text.ends_with('\\');
        self.out.truncate(text.len());
        if is_hard {
            if !self.out.ends_with('\\') {
                self.out.push('\\');
            }
            self.out.push('\n');
            self.out.push_str(GUARD);
        } else {
            self.out.push(' ');
        }
        let rest = &self.source[self.at..];
        self.at += rest.len() - rest.trim_start_matches(' ').len();
    }

    fn code(&mut self) {
        let source = self.source;
        let length = run_length(source, self.at);
        let from = self.at + length;
        let runs = self.runs.get_or_insert_with(|| backtick_runs(source));
        let closing = runs.get(&length).and_then(|starts| {
            let next = starts.partition_point(|&start| start < from);
            starts.get(next).copied()
        });
        let Some(close) = closing else {
            self.copy(length);
            return;
        };
        self.copy(length);
        // `#!python x` names the language of the code.
        if let Some(code) = self.source[self.at..close].strip_prefix("#!")
            && let Some(blank) = code.find(' ')
        {
            self.at += 2 + blank + 1;
        }
        let code = self.source[self.at..close].replace('\n', " ");
        self.out.push_str(&code);
        self.at = close;
        self.copy(length);
        self.drop_attributes();
    }

    /// A tag or an address in angle brackets is copied as it is.
    fn angle(&mut self) {
        let rest = &self.source.as_bytes()[self.at + 1..];
        let opens = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!'));
        let end = rest.iter().take(MAX_ANGLE).position(|b| matches!(b, b'<' | b'>' | b'\n'));
        match end.filter(|&end| opens && rest[end] == b'>') {
            Some(end) => {
                self.copy(end + 2);
                self.drop_attributes();
            }
            None => self.copy(1),
        }
    }
}

fn run_length(text: &str, at: usize) -> usize {
    text.as_bytes()[at..].iter().take_while(|&&b| b == b'`').count()
}

fn backtick_runs(text: &str) -> HashMap<usize, Vec<usize>> {
    let mut runs: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('`').map(|start| at + start) {
        let length = run_length(text, start);
        runs.entry(length).or_default().push(start);
        at = start + length;
    }
    runs
}

/// A block that is cut out of its page has lost the definitions of its links: the used ones are given back.
fn append_definitions(out: &mut String, definitions: &Definitions) {
    let mut used = HashSet::new();
    let mut found = String::new();
    for (open, _) in out.match_indices('[') {
        let rest = &out[open + 1..];
        let Some(end) = rest.find(['[', ']']).filter(|&end| rest.as_bytes()[end] == b']') else { continue };
        let label = &rest[..end];
        if used.contains(label) {
            continue;
        }
        let plain = label.replace("\\~", "~").replace("\\^", "^").replace("\\$", "$").replace("\\*", "*");
        if let Some(target) = definitions.target(&plain) {
            used.insert(label);
            let target = target.replace('\\', "\\\\").replace('<', "\\<").replace('>', "\\>");
            let _ = write!(found, "\n[{label}]: <{target}>"); // writing into a String cannot fail
        }
    }
    if !found.is_empty() {
        out.push('\n');
        out.push_str(&found);
    }
}
