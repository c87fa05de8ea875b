//! Which letters of a shown text a query matched. Asked for visible rows only.

use std::collections::BTreeSet;

use super::needle::{Needle, Scorer};
use super::{Row, fold, searcher};
use crate::catalog::query::Query;

/// Marks the letters that a query matched.
#[derive(Debug)]
pub struct Highlighter {
    needles: Vec<Needle>,
    scorer: Scorer,
}

impl Highlighter {
    /// A highlighter of the words and phrases of a query.
    pub fn new(query: &Query) -> Self {
        Self { needles: searcher::needles(query), scorer: Scorer::default() }
    }

    /// The matched characters of a text shown for a row, such as its name, title or owner: places counted in
    /// characters, ascending. Scattered letters are marked only where the row has no better match.
    pub fn positions(&mut self, row: Row<'_>, text: &str) -> Vec<usize> {
        let folded = fold(text);
        let mut marks = BTreeSet::new();
        for needle in &self.needles {
            if let Some(at) = best_place(needle, &folded) {
                let first = folded[..at].chars().count();
                marks.extend(first..first + needle.text().chars().count());
            } else if !needle.occurs_in(row.search) && needle.grade(row.search.as_bytes(), 0).is_some() {
                let mut places = Vec::new();
                if self.scorer.mark(needle, &folded, &mut places) {
                    marks.extend(places.into_iter().map(|place| place as usize));
                }
            }
        }
        marks.into_iter().collect()
    }
}

/// Where the letters stand together: at the start of a word, else anywhere.
fn best_place(needle: &Needle, text: &str) -> Option<usize> {
    let starts_word = |at: &usize| !text[..*at].ends_with(char::is_alphanumeric);
    let mut places = text.match_indices(needle.text()).map(|(at, _)| at);
    let first = places.next()?;
    Some(if starts_word(&first) { first } else { places.find(starts_word).unwrap_or(first) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::rows;

    fn positions(query: &str, name: &str) -> Vec<usize> {
        let rows = rows(&[name]);
        Highlighter::new(&Query::parse(query)).positions(rows.get(0).unwrap(), name)
    }

    #[test]
    fn letters_that_stand_together_are_marked_at_the_start_of_a_word() {
        assert_eq!(positions("api", "capital-api"), [8, 9, 10]);
        assert_eq!(positions("PAY", "Köln-pay"), [5, 6, 7]);
    }

    #[test]
    fn scattered_letters_are_marked_where_nothing_better_matched() {
        assert_eq!(positions("pym", "payments"), [0, 2, 3]);
    }

    #[test]
    fn a_text_that_did_not_match_has_no_marks() {
        let rows = rows(&["payments"]);
        let mut highlighter = Highlighter::new(&Query::parse("payments"));
        assert!(highlighter.positions(rows.get(0).unwrap(), "pa-y-m-e-n-t-s").is_empty());
    }
}
