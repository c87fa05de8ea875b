//! A second look at a document that the YAML crate took, for what npm's `yaml` takes otherwise: numbers that
//! are texts there, quoted texts and lists in brackets whose lines are not indented or whose comment is not set
//! apart, and dashes.
//!
//! What only looks so, within a block scalar or a comment, is left alone: a suspect counts when the document,
//! read with a word in its place, has that word as a whole key or value.

use std::ops::Range;

use serde_json::Value;

use super::dashes;
use super::decode::position_of;
use super::limit::{MAX_LOCATE_BYTES, MAX_SUSPECTS};
use super::{YamlError, YamlErrorKind};

/// What is put in the place of a suspect.
const WORD: &str = "\u{e2ff}suspect\u{e2ff}";

/// Bytes that are searched for the ends of quotes and brackets, for each byte of the document.
const SEARCHES: usize = 8;

/// Why something is refused, and what to do about it.
pub(super) type Fault = (&'static str, &'static str);

const NOT_DEEPER: Fault = (
    "what is quoted or in brackets goes on here, but not deeper than its key or dash",
    "Close the quote or bracket above, or indent this line deeper than the key.",
);

const NOT_APART: Fault = ("a comment needs a blank before its #", "Write a blank before the `#`.");

/// What begins a quoted text or a list or a map in brackets.
const OPENERS: [char; 4] = ['"', '\'', '[', '{'];

/// Reads a text as the YAML crate does.
type Read = fn(&str) -> Result<Value, YamlError>;

/// The value of a document as npm's `yaml` has it, or why it has none. `value` is what `read` said.
pub(super) fn second_look(text: &str, value: Value, read: Read) -> Result<Value, YamlError> {
    // Each suspect costs a reading.
    let mut proofs = MAX_SUSPECTS.min(MAX_LOCATE_BYTES / text.len().max(1));
    let mut is_proved = |range: &Range<usize>| {
        let left = proofs.checked_sub(1);
        proofs = left.unwrap_or_default();
        left.is_some() && read(&replaced(text, range, WORD)).is_ok_and(|value| holds_word(&value))
    };
    for (range, (message, fix), at) in faults(text).chain(dashes::faults(text)) {
        if is_proved(&range) {
            let (kind, position) = (YamlErrorKind::Syntax, position_of(&text.as_bytes()[..at]));
            return Err(YamlError { kind, message: message.to_owned(), fix: Some(fix.to_owned()), position });
        }
    }
    let texts: Vec<_> = numbers_of_the_crate(text).filter(|range| is_proved(range)).collect();
    if texts.is_empty() {
        return Ok(value);
    }
    let mut quoted = text.to_owned();
    for range in texts.into_iter().rev() {
        let text = &text[range.clone()];
        quoted = replaced(&quoted, &range, text);
    }
    read(&quoted)
}

/// The text with a quoted word in the place of a part.
fn replaced(text: &str, part: &Range<usize>, word: &str) -> String {
    format!("{}\"{word}\"{}", &text[..part.start], &text[part.end..])
}

fn holds_word(value: &Value) -> bool {
    match value {
        Value::String(text) => text == WORD,
        Value::Array(items) => items.iter().any(holds_word),
        Value::Object(map) => map.iter().any(|(key, value)| key == WORD || holds_word(value)),
        _ => false,
    }
}

/// Words that are a number to the crate and a text in the core schema: `0b101`, `-0x1F`, `+0o7`.
fn numbers_of_the_crate(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_in_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+');
    memchr::memchr_iter(b'0', text.as_bytes()).filter_map(move |zero| {
        let (before, behind) = (&text.as_bytes()[..zero], &text.as_bytes()[zero + 1..]);
        let is_signed = matches!(before.last(), Some(b'-' | b'+'));
        let is_digit = match behind.first()? {
            b'b' => |byte: &u8| matches!(byte, b'0' | b'1'),
            b'o' if is_signed => |byte: &u8| matches!(byte, b'0'..=b'7'),
            b'x' if is_signed => u8::is_ascii_hexdigit,
            _ => return None,
        };
        let digits = behind[1..].iter().take_while(|byte| is_digit(byte)).count();
        let range = zero - usize::from(is_signed)..zero + 2 + digits;
        let is_whole = digits > 0
            && !text.as_bytes()[..range.start].last().is_some_and(|byte| is_in_word(*byte))
            && !text.as_bytes().get(range.end).is_some_and(|byte| is_in_word(*byte));
        is_whole.then_some(range)
    })
}

/// Quoted texts and brackets behind a key or a dash that Backstage refuses: the whole, why, and where.
fn faults(text: &str) -> impl Iterator<Item = (Range<usize>, Fault, usize)> {
    let mut budget = text.len().saturating_mul(SEARCHES);
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let line_start = start;
        start += line.len();
        if !line.contains(OPENERS) {
            return None;
        }
        let (parent, column) = opening(line)?;
        let opened = line_start + column;
        let length = closing(&text[opened..], &mut budget)?;
        let whole = opened..opened + length;
        if let Some(at) = less_indented(&text[whole.clone()], parent) {
            return Some((whole, NOT_DEEPER, opened + at));
        }
        let end = whole.end;
        text[end..].starts_with('#').then_some((whole, NOT_APART, end))
    })
}

/// Where a quoted text that ends at a place opens, if its lines are not indented as those of a value are: most
/// likely its own quote is missing, and the one that ends it should open another text.
pub(super) fn unindented(text: &str, end: usize) -> Option<usize> {
    let is_it = |(whole, ..): &(Range<usize>, Fault, usize)| whole.end == end;
    faults(text).find(is_it).map(|(whole, ..)| whole.start)
}

/// Where a line opens a quote or a bracket as the value of a key or the item of a list, behind the column of
/// that key or dash.
fn opening(line: &str) -> Option<(usize, usize)> {
    let blanks = |at: usize| line[at..].len() - line[at..].trim_start_matches(' ').len();
    let mut at = blanks(0);
    let mut parent = None;
    while line[at..].starts_with("- ") {
        parent = Some(at);
        at += 2 + blanks(at + 2);
    }
    // A key in quotes looks like a value until the colon behind it.
    let key = match line[at..].chars().next()? {
        '"' | '\'' => end(&line.as_bytes()[at..]).filter(|end| line[at + end..].starts_with(": ")),
        '[' | '{' | '#' => None,
        _ => line[at..].find(": "),
    };
    if let Some(length) = key {
        parent = Some(at);
        at += length + 1;
        at += blanks(at);
    }
    while line[at..].starts_with(['&', '!']) {
        at += line[at..].find(' ')?;
        at += blanks(at);
    }
    let opens = line[at..].starts_with(OPENERS);
    parent.filter(|_| opens).map(|parent| (parent, at))
}

/// How long the quoted text or the brackets are that a text begins with; nothing where they do not end or
/// too much was searched.
fn closing(text: &str, budget: &mut usize) -> Option<usize> {
    let searched = &text.as_bytes()[..text.len().min(*budget)];
    let end = end(searched);
    *budget -= end.unwrap_or(searched.len());
    end
}

fn end(bytes: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0_usize, 0_usize);
    loop {
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        match *bytes.get(at)? {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            quote @ (b'"' | b'\'') if matches!(before, b' ' | b'\n' | b'\t' | b',' | b'[' | b'{' | b':') => {
                at += 1;
                at += quoted(&bytes[at..], quote)?;
            }
            b'#' if matches!(before, b' ' | b'\n' | b'\t') => at += memchr::memchr(b'\n', &bytes[at..])?,
            _ => (),
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Where the quote stands that ends a quoted text, from behind the one that begins it.
fn quoted(bytes: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        let is_twice = || quote == b'\'' && bytes.get(at + 1) == Some(&quote);
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            byte if byte != quote => at += 1,
            _ if is_twice() => at += 2,
            _ => return Some(at),
        }
    }
}

/// The first line of what is quoted or in brackets that is not indented deeper than its key or dash. Only the
/// last bracket may stand below it.
fn less_indented(whole: &str, parent: usize) -> Option<usize> {
    let mut start = whole.find('\n')? + 1;
    for line in whole[start..].split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let at = start + indent;
        start += line.len();
        let is_quoted = whole.starts_with(['"', '\'']);
        let is_free = match line.as_bytes().get(indent) {
            None | Some(b'\n' | b'\r') => true,
            Some(b'#') => !is_quoted,
            Some(b']' | b'}') => !is_quoted && indent == parent && at + 1 == whole.len(),
            Some(_) => false,
        };
        if indent <= parent && !is_free {
            return Some(at);
        }
    }
    None
}
