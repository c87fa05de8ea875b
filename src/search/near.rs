//! Names that were perhaps meant: asked only when nothing matches, so that a guess never stands before a hit.

use std::sync::atomic::{AtomicBool, Ordering};

use super::needle::Needle;
use super::rows_writer::US;
use super::{Rows, fold};
use crate::catalog::query::{Predicate, Query};

/// Shorter words are near to everything.
const SHORTEST: usize = 3;

/// Words of at least this many letters may have two mistakes.
const TWO_MISTAKES_FROM: usize = 6;

/// Longest word in bytes that is compared; the work grows with its square.
const LONGEST: usize = 64;

/// Rows between two looks at the cancel flag.
const ROWS_BETWEEN_LOOKS: usize = 4096;

/// The rows whose names come nearest to a word of the query that matches no row, at most `limit`, the nearest
/// first. Nothing when cancelled.
pub fn near(rows: &Rows, query: &Query, limit: usize, cancel: &AtomicBool) -> Vec<usize> {
    let words = query.terms.iter().filter(|term| !term.negated).filter_map(|term| match &term.predicate {
        Predicate::Word(word) | Predicate::Phrase(word) => Some(fold(word).into_owned()),
        Predicate::Reference { rest, .. } => Some(rest.rsplit('/').next().unwrap_or(rest).to_owned()),
        _ => None,
    });
    let Some(word) = words.filter(|word| word.len() <= LONGEST).find(|word| !occurs(rows, word)) else {
        return Vec::new();
    };
    nearest(rows, &word, limit, cancel)
}

/// The rows whose names come nearest to a name that is none, at most `limit`, the nearest first.
pub fn near_name(rows: &Rows, name: &str, limit: usize) -> Vec<usize> {
    // That its letters occur scattered over other names says nothing: a name is meant whole.
    let word = fold(name);
    if word.len() > LONGEST {
        return Vec::new();
    }
    nearest(rows, &word, limit, &AtomicBool::new(false))
}

fn nearest(rows: &Rows, word: &str, limit: usize, cancel: &AtomicBool) -> Vec<usize> {
    let letters = word.chars().collect::<Vec<_>>();
    if letters.len() < SHORTEST {
        return Vec::new();
    }
    let most = if letters.len() < TWO_MISTAKES_FROM { 1 } else { 2 };
    let mut nearest = Vec::new();
    for index in 0..rows.len() {
        if index % ROWS_BETWEEN_LOOKS == 0 && cancel.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let name = rows.row(index).search.split(char::from(US)).next().unwrap_or("");
        if let Some(mistakes) = mistakes(&letters, word, name, most) {
            nearest.push((mistakes, name.len(), index));
        }
    }
    nearest.sort_unstable();
    nearest.truncate(limit);
    nearest.into_iter().map(|(_, _, index)| index).collect()
}

fn occurs(rows: &Rows, word: &str) -> bool {
    Needle::new(word, true)
        .is_none_or(|needle| rows.iter().any(|row| needle.grade(row.search.as_bytes(), u16::MAX).is_some()))
}

/// The fewest mistakes between a word and a name or one of its parts, up to `most`.
fn mistakes(letters: &[char], word: &str, name: &str, most: usize) -> Option<usize> {
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let near = |text: &str| {
        let unlike = (letter_set(text) ^ letter_set(word)).count_ones() as usize;
        let length = text.len().abs_diff(word.len());
        if text.len() > LONGEST || unlike > 2 * most || length > 4 * most {
            return None;
        }
        distance(letters, &text.chars().collect::<Vec<_>>(), most)
    };
    std::iter::once(name).chain(parts).filter_map(near).min()
}

/// The letters that occur, one bit each: two texts that are near differ in few bits.
fn letter_set(text: &str) -> u64 {
    text.bytes().fold(0, |set, byte| set | 1 << (byte % 64))
}

/// Letters to insert, remove, replace or swap with their neighbour to get from one to the other, up to `most`.
fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last = (0..=b.len()).collect::<Vec<_>>();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            row[j + 1] = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
        }
        if row.iter().all(|cost| *cost > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|cost| *cost <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::rows;

    fn names(query: &str) -> Vec<String> {
        let rows = rows(&["ledger", "payment-reconciler", "payments", "payments-api", "search"]);
        let near = near(&rows, &Query::parse(query), 10, &AtomicBool::new(false));
        near.into_iter().map(|index| rows.get(index).unwrap().name().raw().to_owned()).collect()
    }

    #[test]
    fn a_swapped_letter_is_near_and_the_fewest_mistakes_come_first() {
        assert_eq!(names("paymetns"), ["payments", "payments-api", "payment-reconciler"]);
    }

    #[test]
    fn a_name_that_lacks_a_letter_is_near_though_its_letters_occur() {
        let rows = rows(&["ledger", "payments"]);
        assert_eq!(near(&rows, &Query::parse("paments"), 10, &AtomicBool::new(false)), [0; 0]);
        assert_eq!(near_name(&rows, "paments", 10), [1]);
    }

    #[test]
    fn only_the_word_that_is_wrong_is_corrected() {
        assert_eq!(names("ledger serach"), ["search"]);
    }

    #[test]
    fn short_and_far_words_have_no_neighbours() {
        assert_eq!(names("xq"), Vec::<String>::new());
        assert_eq!(names("zzzzzz"), Vec::<String>::new());
    }
}
