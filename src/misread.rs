//! A value that does not become its type: where in it something is wrong, and in words what. Pure.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Segment, Track};

use crate::text::Untrusted;

/// A value that did not become its type, and where in it.
pub(crate) type Misread = serde_path_to_error::Error<serde_json::Error>;

/// How alike two words must be to be taken for each other, from 0 to 1.
const ALIKE: f32 = 0.65;

/// What a string is called.
const TEXT: &str = "a text";

/// What serde calls a type, and what somebody writes for it.
const TYPES: [(&str, &str); 11] = [
    ("a string", TEXT),
    ("string or map", TEXT),
    ("path string", "a path"),
    ("a sequence", "a list, such as [one, two]"),
    ("a boolean", "true or false"),
    ("a borrowed string", TEXT),
    ("u64", "a whole number"),
    ("usize", "a whole number"),
    ("a nonzero u64", "a whole number from 1"),
    ("a nonzero usize", "a whole number from 1"),
    ("a map", "a map, such as { key: value }"),
];

/// A value as its type.
pub(crate) fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Misread> {
    serde_path_to_error::deserialize(value)
}

/// What is wrong with a value as a whole.
pub(crate) fn custom(why: String) -> Misread {
    Misread::new(Track::new().path(), serde::de::Error::custom(why))
}

/// The JSON pointer of what is wrong, from the value that was read. A key that is not known is no part of it.
pub(crate) fn pointer(misread: &Misread) -> String {
    let mut pointer = String::new();
    for segment in misread.path() {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&part);
    }
    pointer
}

/// What is wrong, as the end of a sentence, of a value in which it was found. Texts are not quoted: a token may
/// have been written in the wrong place.
pub(crate) fn why(misread: &Misread, value: &Value) -> String {
    let told = misread.inner().to_string();
    if let Some((_, expected)) =
        told.strip_prefix("invalid ").and_then(|rest| rest.rsplit_once(", expected "))
    {
        let here = value.pointer(&pointer(misread)).unwrap_or(&Value::Null);
        let quotes = match here {
            Value::Number(_) | Value::Bool(_) if taken(expected) == TEXT => ": write it in quotes",
            _ => "",
        };
        return format!("this is {}, and it takes {}{quotes}", described(here), taken(expected));
    }
    if let Some(field) = told.strip_prefix("missing field ") {
        return format!("{field} is missing");
    }
    for (start, what) in [("unknown field ", "key"), ("unknown variant ", "value")] {
        let Some((word, expected)) = told.strip_prefix(start).and_then(|rest| rest.split_once(", ")) else {
            continue;
        };
        // Every other part between accents is a word that is known.
        let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        return format!("there is no such {what}. {}", meant(word.trim_matches('`'), &known));
    }
    Untrusted::owned(told).display().into_owned()
}

/// What was perhaps meant by a word that is not known, as a sentence.
pub(crate) fn meant(word: &str, known: &[&str]) -> String {
    match similar::get_close_matches(word, known, 1, ALIKE).first() {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => format!("There are: {}.", known.join(", ")),
    }
}

fn taken(expected: &str) -> &str {
    let known = TYPES.iter().find(|(theirs, _)| *theirs == expected);
    match known {
        Some((_, ours)) => ours,
        None if expected.starts_with("struct ") => "a map, such as { key: value }",
        None => expected,
    }
}

fn described(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.as_u64() == Some(0) => "zero",
        Value::Number(number) if number.as_i64().is_some_and(i64::is_negative) => "below zero",
        Value::Number(number) if number.as_f64().is_some_and(|it| it.fract() != 0.0) => "a fraction",
        Value::Number(number) if number.is_f64() => "too large a number",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}
