//! Reading through the YAML crate: a budgeted reading into JSON values, and places looked up by reading
//! again.
//!
//! The crate gives no places for values, but it adds the place to an error that a visitor raises. So a place
//! is found by reading again with a visitor that raises an error exactly there.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{DeserializeSeed, IgnoredAny};
use serde_json::Value;

use super::aliases::{self, AliasFault, excessive};
use super::build::{Budget, Node};
use super::decode::position_of;
use super::directives;
use super::limit::{MAX_ALIAS_COUNT, MAX_DOCUMENT_TOKENS, MAX_FLOW_OPENERS};
use super::plain_words::{CrateError, explain};
use super::repair::Repairs;
use super::search::{Part, Search};
use super::second_look::second_look;
use super::stand_in::{StandIns, lone_returns};
use super::{YamlError, YamlErrorKind};
use crate::catalog::Position;

/// Reads one document. Positions count from the start of the text.
pub(super) fn read(text: &str) -> Result<Value, YamlError> {
    // The crate finds what is missing at the end of the document behind it, on a line that no editor shows.
    let inside = |position: Position| position.min(position_of(text.trim_end().as_bytes()));
    let text = &directives::without(text);
    let replaced = StandIns::new(text);
    let value = read_lines(&replaced.text).and_then(|value| second_look(&replaced.text, value, read_lines));
    value
        .and_then(|value| match excessive(&replaced.text) {
            None => Ok(value),
            Some(fault) => Err(of_alias(&replaced.text, fault)),
        })
        .map(|value| replaced.restore(value))
        .map_err(|error| of_return(text, YamlError { position: inside(error.position), ..error }))
}

/// The error itself, or that a carriage return stands alone on its line or the one above, where it has more
/// to do with it than what the crate found.
fn of_return(text: &str, error: YamlError) -> YamlError {
    let line = error.position.line as usize;
    let lines =
        |text: &str, count: usize| text.split_inclusive('\n').take(count).map(str::len).sum::<usize>();
    let start = lines(text, line.saturating_sub(2));
    let end = start + lines(&text[start..], line.min(2));
    match lone_returns(&text[start..end]).next() {
        Some(at) if error.kind == YamlErrorKind::Syntax => YamlError {
            kind: YamlErrorKind::Syntax,
            message: "a carriage return stands here without the line feed behind it".to_owned(),
            fix: Some("Save the file with ordinary ends of lines: a line feed, or both.".to_owned()),
            position: position_of(&text.as_bytes()[..start + at]),
        },
        _ => error,
    }
}

fn read_lines(text: &str) -> Result<Value, YamlError> {
    survey(text)?;
    // The last line of a block scalar ends with a break, also where the file does not.
    let text = if text.ends_with('\n') { Cow::Borrowed(text) } else { Cow::Owned(format!("{text}\n")) };
    let mut repairs = Repairs::new(text);
    loop {
        let budget = Budget::new(&repairs.text);
        match Node::root(&budget).deserialize(source(&repairs.text)) {
            Ok(value) => return Ok(repairs.restore(value)),
            Err(error) => {
                let failure = budget.failure.take();
                if !mend(&mut repairs, &error) {
                    return Err(describe(&repairs.text, &error, failure));
                }
            }
        }
    }
}

fn mend(repairs: &mut Repairs<'_>, error: &serde_yaml::Error) -> bool {
    let Some(problem) = index(&repairs.text, error) else { return false };
    let words = error.to_string();
    let context = context(&repairs.text, &words).unwrap_or_default();
    repairs.mend(&words, problem, context)
}

/// The place of the key or the value at a JSON pointer, else of the nearest thing around it.
pub(super) fn locate(text: &str, pointer: &str, part: Part) -> Option<Position> {
    let path: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let text = &directives::without(text);
    let mut repairs = Repairs::new(StandIns::new(text).text);
    let mut length = path.len();
    loop {
        let part = if length < path.len() { Part::Key } else { part };
        match (Search { path: &path[..length], part }).deserialize(source(&repairs.text)) {
            Ok(()) if length == 0 => return None,
            Ok(()) => length -= 1,
            Err(error) => {
                if !mend(&mut repairs, &error) {
                    return position(&repairs.text, &error);
                }
            }
        }
    }
}

fn source(text: &str) -> serde_yaml::Deserializer<'_> {
    serde_yaml::Deserializer::from_str(text)
}

/// Refuses what would cost the crate too much before any visitor is asked: it holds a whole document as
/// events, and no event comes without one of the characters counted here.
fn survey(text: &str) -> Result<(), YamlError> {
    // As nearly all are.
    let is_short = text.len() <= MAX_FLOW_OPENERS.min(MAX_DOCUMENT_TOKENS);
    if is_short {
        return Ok(());
    }
    let (mut tokens, mut openers) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'\n' | b',' | b':' | b'-' | b'?' => tokens += 1,
            b'[' | b'{' => {
                tokens += 1;
                openers += 1;
            }
            b']' | b'}' => openers = openers.saturating_sub(1),
            _ => {}
        }
        let (kind, message) = if tokens > MAX_DOCUMENT_TOKENS {
            (YamlErrorKind::TooLarge, format!("the document has more than {MAX_DOCUMENT_TOKENS} tokens"))
        } else if openers > MAX_FLOW_OPENERS {
            (YamlErrorKind::TooDeep, format!("more than {MAX_FLOW_OPENERS} brackets are open at once"))
        } else {
            continue;
        };
        return Err(YamlError { kind, message, fix: None, position: Position::default() });
    }
    Ok(())
}

/// The place of an error, counted anew: to the crate a carriage return or U+0085 ends a line as well.
fn position(text: &str, error: &serde_yaml::Error) -> Option<Position> {
    Some(position_of(&text.as_bytes()[..index(text, error)?]))
}

fn index(text: &str, error: &serde_yaml::Error) -> Option<usize> {
    Some(text.floor_char_boundary(error.location()?.index()))
}

fn describe(text: &str, error: &serde_yaml::Error, failure: Option<(YamlErrorKind, String)>) -> YamlError {
    let position = position(text, error).unwrap_or_default();
    let of_kind =
        |kind, message: &str, position| YamlError { kind, message: message.to_owned(), fix: None, position };
    let words = error.to_string();
    // What goes beyond a limit mostly does so by its aliases, which npm's `yaml` refuses first.
    let is_beyond = words.contains("limit exceeded")
        || matches!(failure, Some((YamlErrorKind::TooDeep | YamlErrorKind::TooLarge, _)));
    if is_beyond && let Some(fault) = aliases::fault(text) {
        return of_alias(text, fault);
    }
    if let Some((kind, message)) = failure {
        return of_kind(kind, &message, position);
    }
    if words.contains("recursion limit") {
        of_kind(YamlErrorKind::TooDeep, "nested too deep", position)
    } else if words.contains("repetition limit") {
        of_kind(YamlErrorKind::TooLarge, "the aliases of the document expand to too much", position)
    } else if words.contains("more than one document") {
        let position = behind_the_end(text).unwrap_or(position);
        let message = "something stands behind the end of the document";
        let fix =
            "Begin all keys of a document in one column; before another document write `---`.".to_owned();
        YamlError { fix: Some(fix), ..of_kind(YamlErrorKind::Syntax, message, position) }
    } else if words.contains("control characters") {
        forbidden_character(text)
    } else {
        let problem = index(text, error).unwrap_or_default();
        // The crate says no place that is the start of the text.
        let context = context(text, &words).unwrap_or_default();
        let mistake = explain(&CrateError { text, words: &words, problem, context });
        let position = position_of(&text.as_bytes()[..mistake.at]);
        YamlError { fix: Some(mistake.fix), ..of_kind(YamlErrorKind::Syntax, &mistake.message, position) }
    }
}

/// Where what the crate could not read to its end begins, from words such as `while scanning a quoted scalar at
/// line 5 column 16`. They leave out the start of the text and the place of the error.
fn context(text: &str, words: &str) -> Option<usize> {
    let (_, place) = words.rsplit_once(", while ")?;
    let (line, column) = place.split_once(" at line ")?.1.split_once(" column ")?;
    let (line, column) = (line.parse::<usize>().ok()?, column.parse::<usize>().ok()?);
    // A carriage return alone ends a line to the crate.
    let is_break = |at: usize| match text.as_bytes()[at] {
        b'\n' => true,
        _ => text.as_bytes().get(at + 1) != Some(&b'\n'),
    };
    let start = match line.checked_sub(2) {
        Some(breaks) => {
            memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).filter(|at| is_break(*at)).nth(breaks)? + 1
        }
        None => 0,
    };
    text[start..].char_indices().nth(column.checked_sub(1)?).map(|(offset, _)| start + offset)
}

fn of_alias(text: &str, fault: AliasFault) -> YamlError {
    let (kind, message, fix, at) = match fault {
        AliasFault::Excessive(at) => (
            YamlErrorKind::TooLarge,
            format!(
                "with this alias the document has more than {MAX_ALIAS_COUNT} of one anchor, counted with those within it"
            ),
            "Write out what some of the aliases stand for.",
            at,
        ),
        AliasFault::WithinItself(at) => (
            YamlErrorKind::Syntax,
            "this alias stands for what it is a part of".to_owned(),
            "Name another anchor, or put the text in quotes where no alias is meant.",
            at,
        ),
    };
    let position = position_of(&text.as_bytes()[..at]);
    YamlError { kind, message, fix: Some(fix.to_owned()), position }
}

/// Where that stands which the crate finds behind a document that is complete.
fn behind_the_end(text: &str) -> Option<Position> {
    let error = IgnoredAny::deserialize(source(text).nth(1)?).err()?;
    position(text, &error)
}

/// Names the first character that YAML does not allow in a text; the crate does not say where it is.
fn forbidden_character(text: &str) -> YamlError {
    let mut position = Position::default();
    let is_allowed = |c: char| {
        matches!(c, '\t' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..) && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    for c in text.chars() {
        if c == '\n' {
            position = Position { line: position.line + 1, column: 1 };
        } else if is_allowed(c) {
            position.column += 1;
        } else {
            let message = format!("the control character U+{:04X} stands in the text", u32::from(c));
            let fix = format!("Remove it, or write it as \"\\u{:04X}\" in double quotes.", u32::from(c));
            return YamlError { kind: YamlErrorKind::Syntax, message, fix: Some(fix), position };
        }
    }
    let message = "a control character stands in the text".to_owned();
    YamlError { kind: YamlErrorKind::Syntax, message, fix: None, position: Position::default() }
}
