//! What can be typed next in a search box, with how often it occurs in a catalog.

use std::sync::Arc;

use crate::catalog::query::{Completion, Facets, Predicate, Query, completions};
use crate::error::Result;
use crate::search::Rows;
use crate::store::Snapshot;

/// Offers what can follow, for one snapshot.
#[derive(Debug)]
pub struct Completer {
    snapshot: Arc<Snapshot>,
    rows: Arc<Rows>,
    /// Words alone, for what needs no values.
    words: Facets,
    values: Option<Facets>,
}

impl Completer {
    /// One for a snapshot. Reads its rows: tens of milliseconds for a million, where nobody did yet.
    pub fn new(snapshot: &Arc<Snapshot>) -> Result<Self> {
        let words = Rows::default().facets();
        Ok(Self { snapshot: Arc::clone(snapshot), rows: snapshot.rows()?, words, values: None })
    }

    /// The snapshot that it is for.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// What can stand at the cursor (a byte of the text), the most likely first. The first call for a value
    /// counts those of all rows, which takes about a microsecond each.
    pub fn offer(&mut self, text: &str, cursor: usize) -> Vec<Completion> {
        let before = &text[..text.floor_char_boundary(cursor.min(text.len()))];
        let last = Query::parse(before).terms.pop();
        let needs_values = last.is_some_and(|term| matches!(term.predicate, Predicate::Field(..)));
        let facets =
            if needs_values { self.values.get_or_insert_with(|| self.rows.facets()) } else { &self.words };
        completions(text, cursor, facets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing;

    fn offered(text: &str) -> Vec<(String, Option<usize>)> {
        let mut completer = Completer::new(&testing::snapshot()).unwrap();
        completer.offer(text, text.len()).into_iter().map(|it| (it.text, it.count)).collect()
    }

    #[test]
    fn values_of_the_catalog_are_offered_and_words_without_counting() {
        let values = [("team-pay".to_owned(), Some(3)), ("team-shop".to_owned(), Some(1))];
        assert_eq!(offered("owner:team-"), values);
        assert_eq!(offered("is:or"), [("orphan".to_owned(), None)]);
        assert_eq!(offered("has:ru"), [("runbook".to_owned(), None)]);
    }
}
