//! A value of a query, ready to be compared with folded text.

use super::fold;
use crate::catalog::query::{Amount, Range, Value};

/// How a value is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// The whole text.
    Whole(String),
    /// The beginning: a short value that is still being typed.
    Beginning(String),
    /// A part of the text.
    Part(String),
    /// Pieces in order with any text between them; the first and last are bound to the ends.
    Pieces(Vec<String>),
    /// A number or a point of time in a range.
    In(Range),
}

/// What a bare value of a field means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bare {
    /// The whole text, as of a kind or a tag.
    Whole,
    /// The beginning, as of a kind that is still being typed.
    Beginning,
    /// A part, as of an owner.
    Part,
}

impl Pattern {
    pub(super) fn new(value: &Value, bare: Bare) -> Self {
        match value {
            Value::Exact(text) => Self::Whole(fold(text).into_owned()),
            Value::In(range) => Self::In(*range),
            Value::Text(text) if text.contains('*') => {
                Self::Pieces(fold(text).split('*').map(str::to_owned).collect())
            }
            Value::Text(text) => {
                let text = fold(text).into_owned();
                match bare {
                    Bare::Whole => Self::Whole(text),
                    Bare::Beginning => Self::Beginning(text),
                    Bare::Part => Self::Part(text),
                }
            }
        }
    }

    /// Whether a text matches, in any case.
    pub(super) fn matches(&self, text: &str) -> bool {
        let folded = fold(text);
        match self {
            Self::Whole(whole) => folded == whole.as_str(),
            Self::Beginning(start) => folded.starts_with(start.as_str()),
            Self::Part(part) => folded.contains(part.as_str()),
            Self::Pieces(pieces) => matches_pieces(&folded, pieces),
            Self::In(range) => Amount::parse(text).is_some_and(|amount| range.contains(amount)),
        }
    }

    /// Whether a number of things matches.
    pub(super) fn matches_count(&self, count: u32) -> bool {
        match self {
            Self::In(range) => range.contains(Amount::Number(f64::from(count))),
            _ => self.matches(&count.to_string()),
        }
    }
}

fn matches_pieces(text: &str, pieces: &[String]) -> bool {
    let [first, middle @ .., last] = pieces else { return false };
    let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
    let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
    middle.iter().all(|piece| match rest.find(piece.as_str()) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(value: &str, text: &str) -> bool {
        Pattern::new(&Value::Text(value.to_owned()), Bare::Whole).matches(text)
    }

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("tier-*", "Tier-1"));
        assert!(matches("*pay*api", "team-payments-api"));
        assert!(!matches("a*a", "a"));
        assert!(!matches("tier-*", "a-tier-1"));
    }

    #[test]
    fn a_range_holds_numbers_and_times_that_stand_in_a_text() {
        let within = |query: &str, text: &str| {
            let query = crate::catalog::query::Query::parse(&format!("metadata.x:{query}"));
            let crate::catalog::query::Predicate::Field(_, values) = &query.terms[0].predicate else {
                panic!()
            };
            Pattern::new(&values[0], Bare::Part).matches(text)
        };
        assert!(within(">1", "1.5") && within(">4.5", "5") && !within(">4.5", "4.5"));
        assert!(within(">2024-01-01", "2024-01-02T00:00:00Z") && !within(">2024-01-01", "soon"));
    }

    #[test]
    fn a_whole_value_is_no_part() {
        assert!(matches("java", "Java"));
        assert!(!matches("java", "javascript"));
    }
}
