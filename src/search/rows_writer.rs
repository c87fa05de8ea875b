//! Writes search rows: the one contiguous text that search runs over.
//!
//! ```text
//! callboard-rows 1
//! name US title US alias RS alias US tag RS tag US owner RS owner-name GS kind US namespace US flags US …
//! EOT count
//! ```
//!
//! A row begins with what is searched, folded; behind the group separator stands what is filtered and shown.
//! The last line counts the rows, so that a torn text is found out; a prefix of the text is a prefix of the rows.

use super::{RowFacts, fold};
use crate::catalog::EntityRef;

pub(super) const HEADER: &str = "callboard-rows 1\n";
/// Between the items of a list.
pub(super) const RS: u8 = 0x1e;
/// Between fields.
pub(super) const US: u8 = 0x1f;
/// Between what is searched and what is filtered.
pub(super) const GS: u8 = 0x1d;
/// Before the count.
pub(super) const EOT: u8 = 0x04;

/// Longest text in bytes of a searched field that is not a name; a title of megabytes helps nobody to find it.
const MAX_FIELD_BYTES: usize = 512;

/// Most items of a list that are searched; real entities have up to about 30 tags.
const MAX_LIST_ITEMS: usize = 64;

/// Writes rows in the order of their references.
#[derive(Debug)]
pub struct RowsWriter {
    text: Vec<u8>,
    count: u64,
}

impl Default for RowsWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl RowsWriter {
    /// A writer of a new text.
    pub fn new() -> Self {
        Self { text: HEADER.as_bytes().to_vec(), count: 0 }
    }

    /// A writer of rows that another one will append.
    pub fn part() -> Self {
        Self { text: Vec::new(), count: 0 }
    }

    /// Adds the rows of a part.
    pub fn append(&mut self, mut part: Self) {
        self.text.append(&mut part.text);
        self.count += part.count;
    }

    /// Adds a row. Rows come in the order of their references, as search shows equals in this order and
    /// [`Rows::find`](super::Rows::find) relies on it.
    pub fn push(&mut self, facts: &RowFacts<'_>) {
        let folded = fold(facts.name);
        self.foreign(&folded, usize::MAX);
        self.text.push(US);
        self.folded(facts.title.unwrap_or(""));
        self.text.push(US);
        self.list(&facts.aliases);
        self.text.push(US);
        self.list(&facts.tags);
        self.text.push(US);
        self.folded(facts.owner.map_or("", EntityRef::name));
        if let Some(name) = facts.owner_name {
            self.text.push(RS);
            self.folded(name);
        }
        self.text.push(GS);
        let reference = facts.reference;
        for field in [
            reference.kind(),
            reference.namespace(),
            &format!("{:x}", facts.flags.0),
            &facts.problems.to_string(),
            facts.lifecycle.unwrap_or(""),
            facts.spec_type.unwrap_or(""),
            facts.system.map_or("", EntityRef::as_str),
            facts.owner.map_or("", EntityRef::as_str),
        ] {
            self.foreign(field, usize::MAX);
            self.text.push(US);
        }
        // What is shown is kept apart only where it differs from what is searched.
        if folded != facts.name {
            self.foreign(facts.name, usize::MAX);
        }
        self.text.push(US);
        if let Some(title) = facts.title.filter(|title| fold(title) != **title) {
            self.foreign(title, MAX_FIELD_BYTES);
        }
        self.text.push(b'\n');
        self.count += 1;
    }

    /// Takes the bytes written so far, so that a long text can be streamed to its file.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text)
    }

    /// Ends the text: the bytes since the last [`take`](Self::take) with the count behind them.
    pub fn finish(mut self) -> Vec<u8> {
        self.text.push(EOT);
        self.text.extend_from_slice(self.count.to_string().as_bytes());
        self.text.push(b'\n');
        self.text
    }

    fn folded(&mut self, text: &str) {
        self.foreign(&fold(cut(text, MAX_FIELD_BYTES)), usize::MAX);
    }

    fn list(&mut self, items: &[&str]) {
        for (at, item) in items.iter().filter(|item| !item.is_empty()).take(MAX_LIST_ITEMS).enumerate() {
            if at > 0 {
                self.text.push(RS);
            }
            self.folded(item);
        }
    }

    /// Appends foreign text; its control characters become blanks, so that it cannot forge a separator.
    fn foreign(&mut self, text: &str, most: usize) {
        let text = cut(text, most);
        let at = self.text.len();
        self.text.extend_from_slice(text.as_bytes());
        for byte in self.text[at..].iter_mut().filter(|byte| byte.is_ascii_control()) {
            *byte = b' ';
        }
    }
}

fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}
