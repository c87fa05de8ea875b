//! What a program printed: JSON in one of its shapes, or YAML.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::source::child::last_lines;
use crate::source::halves;

/// Characters of what a program printed that an error quotes.
const MAX_QUOTE: usize = 120;

/// What a program printed.
#[derive(Debug)]
pub(super) enum Content<'a> {
    /// Entities as JSON, or what stands in their place, each a part of the text: trees of all of them at once would
    /// take thirty times its bytes.
    Json(Vec<&'a RawValue>),
    /// A text that may be YAML.
    Yaml,
}

impl<'a> Content<'a> {
    /// Tells by how it begins. Else says why it is neither, as the end of a sentence.
    pub(super) fn of(text: &'a str) -> Result<Self, String> {
        match text.trim_ascii().as_bytes().first() {
            None => Err("it printed nothing".to_owned()),
            Some(b'[' | b'{') => json(text).map(Self::Json),
            Some(b'<') => Err(format!("it looks like HTML: {}", begins(text))),
            Some(_) => Ok(Self::Yaml),
        }
    }
}

/// What was printed as text. Where it is JSON, halves of characters are replaced: YAML has them in its own way.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    if text.trim_ascii_start().starts_with(['[', '{']) { halves::replaced(text) } else { text }
}

/// How a text begins, in words for the end of a sentence.
pub(super) fn begins(text: &str) -> String {
    let first = last_lines(&text.chars().take(MAX_QUOTE).collect::<String>());
    format!("it begins with {first:?}")
}

/// A list, as some programs wrap it.
#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
}

fn json(text: &str) -> Result<Vec<&RawValue>, String> {
    let start = text.trim_ascii_start();
    let whole = if start.starts_with('[') {
        serde_json::from_str(text)
    } else {
        serde_json::from_str::<List<'_>>(text)
            .map(|list| list.items)
            .or_else(|_| serde_json::from_str(text).map(|only| vec![only]))
    };
    whole.or_else(|whole| {
        lines(text).map_err(|line| {
            let is_lines = start.starts_with('{') && start.trim_ascii_end().contains('\n');
            if is_lines { line } else { format!("it is no JSON: {whole}") }
        })
    })
}

/// One JSON a line.
fn lines(text: &str) -> Result<Vec<&RawValue>, String> {
    let lines = text.split('\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_str(line).map_err(|error| {
                // It counts lines too, and this one has a number already.
                let (why, column) = (error.to_string(), error.column());
                let why = why.split(" at line ").next().unwrap_or(&why);
                format!("line {}, column {column} is no JSON: {why}", index + 1)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> Result<usize, String> {
        match Content::of(text)? {
            Content::Json(values) => Ok(values.len()),
            Content::Yaml => Ok(0),
        }
    }

    #[test]
    fn every_shape_is_told_by_its_beginning() {
        let entity = r#"{"kind":"Component","metadata":{"name":"a"}}"#;
        assert_eq!(count(&format!(" [{entity},\n {entity}]\n")), Ok(2));
        assert_eq!(count(entity), Ok(1));
        assert_eq!(count(&format!("{{\"kind\":\"List\",\"items\":[{entity},{entity}]}}")), Ok(2));
        assert_eq!(count(&format!("{entity}\n\n{entity}\r\n{entity}")), Ok(3));
        assert_eq!(count("kind: Component\n"), Ok(0));
        assert_eq!(count("[]"), Ok(0));
    }

    #[test]
    fn what_is_none_of_them_is_said_with_its_beginning() {
        assert_eq!(count(" \n"), Err("it printed nothing".to_owned()));
        assert!(count("<!doctype html><title>Sign in").unwrap_err().contains("<!doctype html>"));
        assert!(count("{\"a\":1}\n{\"b\":\n").unwrap_err().starts_with("line 2, column 5 is no JSON: EOF"));
        assert!(
            count("\n{\"a\":1}\n\n{\"b\":x}")
                .unwrap_err()
                .starts_with("line 4, column 6 is no JSON: expected")
        );
        assert!(count("[{\"a\":1}").unwrap_err().starts_with("it is no JSON"));
        let deep = "[".repeat(100_000);
        assert!(count(&deep).is_err());
    }
}
