//! U+0085, U+2028, U+2029 and a carriage return alone: breaks of lines to the YAML crate, as in YAML 1.1, and
//! characters like any other to Backstage. The crate is given stand-ins of the same length, which leave every
//! place as it is.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Characters that mean nothing to YAML, wherever they stand.
const PLAIN: &str = "^;$()=_+/ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// A text without such breaks, and what stands for them.
#[derive(Debug)]
pub(super) struct Unbroken<'t> {
    pub(super) text: Cow<'t, str>,
    /// The stand-in and the break.
    pairs: Vec<(char, char)>,
}

impl<'t> Unbroken<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut unbroken = Self { text: Cow::Borrowed(text), pairs: Vec::new() };
        if lone_returns(text).next().is_some()
            && let Some(stand_in) = PLAIN.chars().find(|c| !text.contains(*c))
        {
            let mut kept = text.to_owned();
            for at in lone_returns(text) {
                kept.replace_range(at..=at, stand_in.encode_utf8(&mut [0; 4]));
            }
            unbroken.text = Cow::Owned(kept);
            unbroken.pairs.push((stand_in, '\r'));
        }
        if text.is_ascii() {
            return unbroken;
        }
        for (found, mut free) in [
            ('\u{85}', '\u{250}'..='\u{2af}'),
            ('\u{2028}', '\u{e000}'..='\u{e0ff}'),
            ('\u{2029}', '\u{e100}'..='\u{e1ff}'),
        ] {
            if text.contains(found)
                && let Some(stand_in) = free.find(|c| !text.contains(*c))
            {
                unbroken.text = Cow::Owned(unbroken.text.replace(found, stand_in.encode_utf8(&mut [0; 4])));
                unbroken.pairs.push((stand_in, found));
            }
        }
        unbroken
    }

    /// The value with its breaks again.
    pub(super) fn restore(&self, value: Value) -> Value {
        if self.pairs.is_empty() { value } else { map_texts(value, &|text| self.restore_text(text)) }
    }

    fn restore_text(&self, text: &str) -> String {
        let original =
            |c: char| self.pairs.iter().find(|(stand_in, _)| *stand_in == c).map_or(c, |pair| pair.1);
        text.chars().map(original).collect()
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
