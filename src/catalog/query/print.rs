//! Query to text: what is printed parses to an equal query.

use std::fmt::{self, Display, Formatter};

use super::term::{Is, Predicate, Query, Term, Value};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        separated(f, " ", &self.terms)
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        match &self.predicate {
            Predicate::Word(word) => f.write_str(word),
            Predicate::Phrase(phrase) => write!(f, "\"{phrase}\""),
            Predicate::Reference { kind, rest } => write!(f, "{kind}:{rest}"),
            Predicate::Field(field, values) => {
                write!(f, "{}:", field.as_str())?;
                separated(f, ",", values)
            }
            Predicate::Has(words) => {
                f.write_str("has:")?;
                separated(f, ",", &words.iter().map(|word| Word(word)).collect::<Vec<_>>())
            }
            Predicate::Is(words) => {
                f.write_str("is:")?;
                separated(f, ",", &words.iter().map(|is| Word(Is::as_str(is))).collect::<Vec<_>>())
            }
        }
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Exact(text) => write!(f, "\"{text}\""),
            Self::In(range) => range.fmt(f),
        }
    }
}

/// A word of a list, in quotes where it would fall apart without.
struct Word<'a>(&'a str);

impl Display for Word<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let plain = !self.0.is_empty()
            && !self.0.starts_with('"')
            && !self.0.contains(|c: char| c == ',' || c.is_whitespace());
        if plain { f.write_str(self.0) } else { write!(f, "\"{}\"", self.0) }
    }
}

fn separated<T: Display>(f: &mut Formatter<'_>, by: &str, items: &[T]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(by)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
