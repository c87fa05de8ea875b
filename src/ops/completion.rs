//! What can be typed next in a search box, with how often it occurs in a catalog.

use std::sync::Arc;

use serde_json::Value;

use crate::catalog::query::{Completion, Facets, Field, Predicate, Query, completions};
use crate::error::Result;
use crate::search::{self, Rows};
use crate::store::Snapshot;

/// Most documents that are read for the paths into them. Those of a larger catalog are taken at equal distances:
/// what a thousand entities do not have is no habit of a catalog.
const MAX_DOCUMENTS: usize = 5_000;

/// Offers what can follow, for one snapshot.
#[derive(Debug)]
pub struct Completer {
    snapshot: Arc<Snapshot>,
    rows: Arc<Rows>,
    /// Words alone, for what needs no values.
    words: Facets,
    values: Option<Facets>,
    /// Paths into documents, and their values.
    paths: Option<Facets>,
}

impl Completer {
    /// One for a snapshot. Reads its rows: tens of milliseconds for a million, where nobody did yet.
    pub fn new(snapshot: &Arc<Snapshot>) -> Result<Self> {
        let words = Rows::default().facets();
        Ok(Self { snapshot: Arc::clone(snapshot), rows: snapshot.rows()?, words, values: None, paths: None })
    }

    /// The snapshot that it is for.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// What can stand at the cursor (a byte of the text), the most likely first. The first call for a value
    /// counts those of all rows, which takes about a microsecond each; the first one for a path reads
    /// [`MAX_DOCUMENTS`] documents at most.
    pub fn offer(&mut self, text: &str, cursor: usize) -> Vec<Completion> {
        let before = &text[..text.floor_char_boundary(cursor.min(text.len()))];
        let last = Query::parse(before).terms.pop();
        let facets = match last.map(|term| term.predicate) {
            Some(Predicate::Field(Field::Path(_), _)) => self.paths(),
            Some(Predicate::Word(word)) if word.contains('.') => self.paths(),
            Some(Predicate::Field(..)) => self.values.get_or_insert_with(|| self.rows.facets()),
            _ => &self.words,
        };
        completions(text, cursor, facets)
    }

    fn paths(&mut self) -> &Facets {
        let (rows, snapshot) = (&self.rows, &self.snapshot);
        self.paths.get_or_insert_with(|| {
            let mut facets = Facets::default();
            let distance = rows.len().div_ceil(MAX_DOCUMENTS).max(1);
            for row in rows.iter().step_by(distance) {
                // A document that cannot be read offers nothing; the search says what is wrong with the cache.
                let Ok(Some(entity)) = snapshot.entity(&row.reference()) else { continue };
                search::leaves(&entity.document.to_value(), &mut |path, value| match value {
                    Value::String(text) => facets.add_at(path, text),
                    other => facets.add_at(path, &other.to_string()),
                });
            }
            facets
        })
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
        assert_eq!(
            offered("annotations.pager"),
            [("annotations.pagerduty.com/service-id:".to_owned(), Some(1))]
        );
        assert_eq!(offered("annotations.pagerduty.com/service-id:"), [("P4Y".to_owned(), Some(1))]);
    }
}
