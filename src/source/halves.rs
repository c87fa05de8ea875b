//! Halves of characters in JSON: what is beyond U+FFFF is written there as two escapes, such as `\ud83d\ude00`, and
//! programs that cut a text between them write one alone. No text of Rust has it, nor does Backstage show it.

use std::borrow::Cow;

/// An escape without its backslash: `ud83d`.
const ESCAPE: usize = 5;

/// JSON with U+FFFD in the place of each half that stands alone.
pub(super) fn replaced(json: Cow<'_, str>) -> Cow<'_, str> {
    let alone = alone(&json);
    if alone.is_empty() {
        return json;
    }
    let mut text = json.into_owned();
    for at in alone {
        // As long as what it replaces, so that every other place stays right.
        text.replace_range(at..at + ESCAPE, "ufffd");
    }
    Cow::Owned(text)
}

/// Where the halves begin that stand alone, behind their backslashes.
fn alone(json: &str) -> Vec<usize> {
    let bytes = json.as_bytes();
    let mut alone = Vec::new();
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[from..]) {
        let at = from + found + 1;
        // What is behind a backslash begins no escape of its own.
        from = (at + 1).min(bytes.len());
        match half(bytes, at) {
            Some(Half::First) if half(bytes, at + ESCAPE + 1) == Some(Half::Second) => {
                from = at + 2 * ESCAPE + 1;
            }
            Some(_) => alone.push(at),
            None => {}
        }
    }
    alone
}

#[derive(PartialEq, Eq)]
enum Half {
    First,
    Second,
}

/// The half whose escape begins at a place, behind its backslash.
fn half(bytes: &[u8], at: usize) -> Option<Half> {
    let escape = bytes.get(at..at + ESCAPE).filter(|_| bytes[at - 1] == b'\\')?;
    let [b'u', b'd' | b'D', second, rest @ ..] = escape else { return None };
    match second {
        _ if !rest.iter().all(u8::is_ascii_hexdigit) => None,
        b'8' | b'9' | b'a' | b'b' | b'A' | b'B' => Some(Half::First),
        b'c'..=b'f' | b'C'..=b'F' => Some(Half::Second),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_that_stand_alone_are_replaced_and_nothing_else_is() {
        for (json, expected) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""a\uDE00b""#, "a\u{fffd}b"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\n\\ud83d""#, "\u{fffd}\n\\ud83d"),
            (r#""\\ud83d \\\\\ud83d""#, "\\ud83d \\\\\u{fffd}"),
            (r#""\u00e9 \ud83d\ude00 é""#, "é \u{1f600} é"),
        ] {
            let text = replaced(json.into());
            assert_eq!(serde_json::from_str::<String>(&text).ok().as_deref(), Some(expected), "{json}");
        }
        assert!(matches!(replaced(r#"{"a": "\ud83d\ude00"}"#.into()), Cow::Borrowed(_)));
    }

    #[test]
    fn what_is_broken_stays_as_it_is() {
        for json in ["\\", "\\u", "\\ud83", "\\ud8zz", "\\ud83d\\", "\u{fffd}\\udé00", ""] {
            let text = replaced(json.into());
            assert!(text == json || text == "\\ufffd\\", "{json}");
        }
    }
}
