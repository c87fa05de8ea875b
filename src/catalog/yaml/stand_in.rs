//! Characters that mean nothing to Backstage and much to the YAML crate: it refuses control characters and marks
//! of byte order, and breaks lines at U+0085, U+2028, U+2029 and a carriage return alone, as in YAML 1.1. The
//! crate is given stand-ins of the same length, which leave every place as it is.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Characters of one byte that mean nothing to YAML wherever they stand: they begin nothing, make no number or
/// null of what stands beside them, and are no escape behind a backslash.
const PLAIN: &str = "^;$()=GHJKMQRSVWZ";

/// The mark of byte order that a file may begin with.
const MARK: char = '\u{feff}';

/// A text that the crate reads as Backstage does, and what stands in it for something else.
#[derive(Debug)]
pub(super) struct StandIns<'t> {
    pub(super) text: Cow<'t, str>,
    /// The stand-in and the character.
    pairs: Vec<(char, char)>,
}

impl<'t> StandIns<'t> {
    /// A character for which no stand-in is free stays, and the crate does with it what it does.
    pub(super) fn new(text: &'t str) -> Self {
        // As nearly all are.
        let is_plain = |byte: u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
        if text.bytes().all(is_plain) {
            return Self { text: Cow::Borrowed(text), pairs: Vec::new() };
        }
        let text = match mark_behind_comments(text) {
            Some(at) => Cow::Owned(moved(text, at)),
            None => Cow::Borrowed(text),
        };
        let mut pairs: Vec<(char, char)> = Vec::new();
        // Each once, for looking for what is free reads the whole text.
        let found: BTreeSet<char> = odd(&text).collect();
        for c in found {
            let is_free = |free: &char| !text.contains(*free) && pairs.iter().all(|(used, _)| used != free);
            if let Some(stand_in) = candidates(c).find(is_free) {
                pairs.push((stand_in, c));
            }
        }
        if pairs.is_empty() {
            return Self { text, pairs };
        }
        let of = |c: char| pairs.iter().find(|(_, known)| *known == c).map_or(c, |pair| pair.0);
        let mut characters = text.chars().peekable();
        let mut made = String::with_capacity(text.len());
        while let Some(c) = characters.next() {
            let is_of_break = c == '\r' && characters.peek() == Some(&'\n');
            made.push(if is_of_break { c } else { of(c) });
        }
        Self { text: Cow::Owned(made), pairs }
    }

    /// The value with its own characters again.
    pub(super) fn restore(&self, value: Value) -> Value {
        if self.pairs.is_empty() { value } else { map_texts(value, &|text| self.restore_text(text)) }
    }

    fn restore_text(&self, text: &str) -> String {
        let original =
            |c: char| self.pairs.iter().find(|(stand_in, _)| *stand_in == c).map_or(c, |pair| pair.1);
        text.chars().map(original).collect()
    }
}

/// Where a mark of byte order begins the first line that is no comment: it means nothing there.
fn mark_behind_comments(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(MARK) {
            return (at > 0).then_some(at);
        }
        let is_before = line.starts_with('%') || matches!(line.trim_start().chars().next(), None | Some('#'));
        if !is_before {
            return None;
        }
        at += line.len();
    }
    None
}

/// The text without that mark, and as long: blanks before the break that it stands behind.
fn moved(text: &str, mark: usize) -> String {
    let line_end = text[..mark].trim_end_matches(['\r', '\n']).len().max(mark.saturating_sub(2));
    let (before, rest) = (&text[..line_end], &text[mark + MARK.len_utf8()..]);
    format!("{before}{}{}{rest}", " ".repeat(MARK.len_utf8()), &text[line_end..mark])
}

/// The characters of a text that need a stand-in.
fn odd(text: &str) -> impl Iterator<Item = char> {
    let returns = lone_returns(text).next().map(|_| '\r');
    let is_odd = |c: &char| {
        matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}'
            | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    returns.into_iter().chain(text.chars().filter(is_odd))
}

/// What may stand for a character: of as many bytes, and plain.
fn candidates(c: char) -> Box<dyn Iterator<Item = char>> {
    match c.len_utf8() {
        1 => Box::new(PLAIN.chars()),
        2 => Box::new('\u{250}'..='\u{2af}'),
        _ => Box::new('\u{e000}'..='\u{e1ff}'),
    }
}

/// Where a carriage return stands without the line feed behind it.
pub(super) fn lone_returns(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n'))
}

/// A value with every text and key of it made anew.
pub(super) fn map_texts(value: Value, text_of: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(text_of(&text)),
        Value::Array(items) => items.into_iter().map(|item| map_texts(item, text_of)).collect(),
        Value::Object(map) => {
            let entries = map.into_iter();
            let made = entries.map(|(key, value)| (text_of(&key), map_texts(value, text_of)));
            Value::Object(made.collect::<Map<_, _>>())
        }
        other => other,
    }
}
