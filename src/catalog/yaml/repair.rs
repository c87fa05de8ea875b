//! What npm's `yaml` takes and the YAML crate stumbles over, written so that the crate takes it as well: tabs
//! that mean nothing, tabs that begin a block of text, and halves of characters as JSON writes them.
//!
//! Driven by the crate's errors, so a document that it takes costs nothing. No repair moves what stands on
//! other lines, or changes how many characters stand before something.

use std::borrow::Cow;

use serde_json::Value;

use super::limit::MAX_REPAIRS;
use super::stand_in::map_texts;

/// The halves of characters beyond U+FFFF, as UTF-16 writes them, are U+D800 to U+DFFF, which no text of Rust
/// holds. So many further on are signs of no meaning, whose escapes differ in one letter.
const TO_STAND_INS: u16 = 0x1000;

/// A text on its way to one that the crate takes.
#[derive(Debug)]
pub(super) struct Repairs<'t> {
    pub(super) text: Cow<'t, str>,
    left: usize,
    has_halves: bool,
}

impl<'t> Repairs<'t> {
    pub(super) fn new(text: Cow<'t, str>) -> Self {
        Self { text, left: MAX_REPAIRS, has_halves: false }
    }

    /// Mends what the crate said could not be read at a byte, while what began there goes on from `context`, and
    /// whether that could be done.
    pub(super) fn mend(&mut self, words: &str, problem: usize, context: usize) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        let text = &*self.text;
        let mended = if words.contains("Unicode character escape") {
            let mended = (!self.has_halves).then(|| without_halves(text)).flatten();
            self.has_halves |= mended.is_some();
            mended
        } else {
            first_tab(text, problem, context).or_else(|| stray_tab(text, problem))
        };
        let Some(mended) = mended else { return false };
        self.text = Cow::Owned(mended);
        self.left = left;
        true
    }

    /// The value as it was written.
    pub(super) fn restore(&self, value: Value) -> Value {
        if self.has_halves { map_texts(value, &joined) } else { value }
    }
}

/// The text with blanks for the tabs that the crate stumbled over, where they mean nothing: nothing but blanks
/// or a comment stands behind them, or only the dashes of a list before them and no map behind them.
fn stray_tab(text: &str, at: usize) -> Option<String> {
    let (before, rest) = around(text, at);
    let behind = rest.trim_matches([' ', '\t', '\r']);
    let ends_line = behind.is_empty() || behind.starts_with('#');
    let follows_dash =
        before.ends_with(['-', ' ']) && before.contains('-') && before.trim_matches(['-', ' ']).is_empty();
    let is_stray = rest.starts_with('\t')
        && (ends_line || (follows_dash && !behind.contains(": ") && !behind.ends_with(':')));
    is_stray.then(|| {
        let tabs = rest.len() - rest.trim_start_matches(['\t', ' ']).len();
        format!("{}{}{}", &text[..at], " ".repeat(tabs), &text[at + tabs..])
    })
}

/// The text with a block of text told how deep it is indented, if its first line begins with a tab: the crate
/// takes that for a part of the indent.
fn first_tab(text: &str, at: usize, context: usize) -> Option<String> {
    let (before, rest) = around(text, at);
    let (head, block) = text.get(context..at)?.split_once('\n')?;
    // Blank lines that are longer than the indent have a meaning of their own.
    let is_blank = block.trim().is_empty() && block.lines().all(|line| line.len() <= before.len());
    let is_first = head.starts_with(['|', '>']) && is_blank && rest.starts_with('\t');
    let deeper = before.len().checked_sub(parent(around(text, context).0)?)?;
    // What YAML can say of it.
    let can_be_told = (1..=9).contains(&deeper) && !head.contains(|c: char| c.is_ascii_digit());
    (is_first && can_be_told).then(|| format!("{}{deeper}{}", &text[..=context], &text[context + 1..]))
}

/// How deep the key or dash stands whose value begins behind this part of a line.
fn parent(before: &str) -> Option<usize> {
    let key = before.trim_start_matches([' ', '-']);
    if key.is_empty() { before.rfind('-') } else { Some(before.len() - key.len()) }
}

/// The line around a byte, before it and from it on.
fn around(text: &str, at: usize) -> (&str, &str) {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (&text[start..at], text[at..].split('\n').next().unwrap_or_default())
}

/// The text with stand-ins for its halves of characters, where it has none of these itself.
fn without_halves(text: &str) -> Option<String> {
    let is_free = !text.chars().any(is_stand_in) && !escapes(text, ['e', 'E']).any(|_| true);
    is_free.then(|| respelled(text, ['d', 'D'], ['e', 'E']))
}

fn is_stand_in(c: char) -> bool {
    matches!(c, '\u{e800}'..='\u{efff}')
}

/// A text with its stand-ins joined to characters. A half without another becomes U+FFFD. What looked like an
/// escape and was none, such as within single quotes, is itself again.
fn joined(text: &str) -> String {
    let mut units = [0; 2];
    let mut all = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u16::try_from(u32::from(c)) {
            Ok(unit) if is_stand_in(c) => all.push(unit - TO_STAND_INS),
            _ => all.extend_from_slice(c.encode_utf16(&mut units)),
        }
    }
    respelled(&String::from_utf16_lossy(&all), ['e', 'E'], ['d', 'D'])
}

/// A text with the first digit of its escapes of halves, or of their stand-ins, written otherwise.
fn respelled(text: &str, from: [char; 2], to: [char; 2]) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut end = 0;
    for at in escapes(text, from) {
        spelled.push_str(&text[end..at]);
        spelled.push(if text[at..].starts_with(from[0]) { to[0] } else { to[1] });
        end = at + 1;
    }
    spelled + &text[end..]
}

/// Where the first digits of escapes such as `\ud83d` are, if they are one of two letters.
fn escapes(text: &str, first: [char; 2]) -> impl Iterator<Item = usize> {
    text.match_indices("\\u").map(|(at, _)| at + 2).filter(move |at| {
        let digits = text[*at..].strip_prefix(first);
        digits.is_some_and(|digits| {
            digits.starts_with(['8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'A', 'B', 'C', 'D', 'E', 'F'])
        })
    })
}
