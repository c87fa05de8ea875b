//! Text to query. Total: there is no wrong query, so that every key of somebody who is typing shows results.

use std::ops::Range;
use std::str::FromStr;

use super::range;
use super::term::{Field, Is, Predicate, Query, Term, Value, is_reference_kind};

/// Longest query in bytes that is read; what follows is left out. A pasted log must not become a query of
/// a thousand words.
const MAX_QUERY_BYTES: usize = 1024;

/// Most terms of a query.
const MAX_TERMS: usize = 32;

impl Query {
    /// Parses a text.
    pub fn parse(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(MAX_QUERY_BYTES)];
        let mut terms = Vec::new();
        let mut at = 0;
        while terms.len() < MAX_TERMS {
            at += text[at..].len() - text[at..].trim_start().len();
            if at == text.len() {
                break;
            }
            let term = term(text, at);
            at = term.span.end;
            terms.push(term);
        }
        Self { terms }
    }
}

impl FromStr for Query {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::parse(text))
    }
}

/// The term that begins at a byte which is no blank.
fn term(text: &str, start: usize) -> Term {
    let rest = &text[start..];
    let negated = rest
        .strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(|c: char| c == '"' || c.is_alphanumeric()));
    let body = start + usize::from(negated);
    let of = |predicate, span: Range<usize>, value_at| Term { negated, predicate, span, value_at };
    if let Some((phrase, end)) = quoted(text, body) {
        return of(Predicate::Phrase(phrase), start..end, None);
    }
    let word_end = end_of_word(text, body);
    let word = &text[body..word_end];
    let Some((name, rest)) =
        word.split_once(':').filter(|(name, rest)| is_name(name) && !rest.starts_with("//"))
    else {
        return of(Predicate::Word(word.to_owned()), start..word_end, None);
    };
    let field = Field::from_name(name);
    if matches!(&field, Field::Path(path) if !path.contains('.') && !is_keyword(path))
        && (is_reference_kind(name) || rest.contains('/'))
    {
        let predicate = Predicate::Reference { kind: name.to_lowercase(), rest: rest.to_lowercase() };
        return of(predicate, start..word_end, None);
    }
    let value_at = body + name.len() + 1;
    let (values, end) = values(text, value_at);
    let words = || values.iter().map(|value| value.text.clone());
    let predicate = match name.to_ascii_lowercase().as_str() {
        "has" => Predicate::Has(words().collect()),
        "is" => Predicate::Is(words().map(|word| Is::from_word(&word)).collect()),
        _ => Predicate::Field(field, values.into_iter().map(Raw::into_value).collect()),
    };
    of(predicate, start..end, Some(value_at))
}

fn is_keyword(name: &str) -> bool {
    name.eq_ignore_ascii_case("has") || name.eq_ignore_ascii_case("is")
}

/// Whether a text can stand before the colon: a field or a path, as annotations are named.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c))
}

/// A value before its meaning.
struct Raw {
    text: String,
    quoted: bool,
}

impl Raw {
    fn into_value(self) -> Value {
        if self.quoted {
            return Value::Exact(self.text);
        }
        range::Range::parse(&self.text).map_or(Value::Text(self.text), Value::In)
    }
}

/// The values from a byte on, and where they end.
fn values(text: &str, start: usize) -> (Vec<Raw>, usize) {
    let mut values = Vec::new();
    let mut at = start;
    loop {
        if let Some((value, end)) = quoted(text, at) {
            values.push(Raw { text: value, quoted: true });
            at = end;
        } else {
            let end = text[at..].find(|c: char| c == ',' || c.is_whitespace()).map_or(text.len(), |n| at + n);
            if end > at {
                values.push(Raw { text: text[at..end].to_owned(), quoted: false });
            }
            at = end;
        }
        if !text[at..].starts_with(',') {
            return (values, at);
        }
        at += 1;
    }
}

/// The text between the quote at a byte and the next one, and where it ends. An open quote reaches to the end.
fn quoted(text: &str, start: usize) -> Option<(String, usize)> {
    let rest = text[start..].strip_prefix('"')?;
    Some(match rest.find('"') {
        Some(close) => (rest[..close].to_owned(), start + close + 2),
        None => (rest.to_owned(), text.len()),
    })
}

fn end_of_word(text: &str, start: usize) -> usize {
    text[start..].find(char::is_whitespace).map_or(text.len(), |n| start + n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn predicates(text: &str) -> Vec<(bool, Predicate)> {
        Query::parse(text).terms.into_iter().map(|term| (term.negated, term.predicate)).collect()
    }

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    #[test]
    fn words_fields_and_phrases_stand_side_by_side() {
        assert_eq!(
            predicates(r#"paym owner:pay -lifecycle:deprecated "card payments""#),
            [
                (false, Predicate::Word("paym".into())),
                (false, Predicate::Field(Field::Owner, vec![text("pay")])),
                (true, Predicate::Field(Field::Lifecycle, vec![text("deprecated")])),
                (false, Predicate::Phrase("card payments".into())),
            ]
        );
    }

    #[test]
    fn a_comma_means_any_of_and_quotes_may_stand_between() {
        let values = vec![text("api"), Value::Exact("a b".into()), text("c")];
        assert_eq!(predicates(r#"type:api,"a b",,c"#), [(false, Predicate::Field(Field::Type, values))]);
    }

    #[test]
    fn signs_of_other_search_languages_are_letters() {
        for sign in ["!x", "^x", "'x", "x$", "-", "--x", "!kind:api", "a\"b"] {
            assert_eq!(predicates(sign), [(false, Predicate::Word(sign.into()))]);
        }
    }

    #[test]
    fn a_pasted_reference_or_address_is_no_field() {
        let reference = Predicate::Reference { kind: "component".into(), rest: "default/pay".into() };
        assert_eq!(predicates("Component:default/Pay"), [(false, reference)]);
        let url = "https://example.com/a?b=c";
        assert_eq!(predicates(url), [(false, Predicate::Word(url.into()))]);
    }

    #[test]
    fn an_unknown_field_is_a_path() {
        let field = Field::Path("annotations.github.com/project-slug".into());
        assert_eq!(
            predicates("annotations.github.com/project-slug:acme/pay"),
            [(false, Predicate::Field(field, vec![text("acme/pay")]))]
        );
    }

    #[test]
    fn numbers_and_days_can_be_compared() {
        for (text, range) in
            [("problems:>2", ">2"), ("metadata.when:>=2024-05-01T10:00Z", ">=2024-05-01T10:00:00Z")]
        {
            let [(false, Predicate::Field(_, values))] = &predicates(text)[..] else { panic!("{text}") };
            let [Value::In(read)] = &values[..] else { panic!("{text}") };
            assert_eq!(read.to_string(), range);
        }
    }

    #[test]
    fn an_unknown_word_of_is_is_named() {
        let query = Query::parse("is:orphan,lost");
        assert_eq!(query.terms[0].predicate, Predicate::Is(vec![Is::Orphan, Is::Unknown("lost".into())]));
        assert!(query.complaints()[0].starts_with("is:lost is not known."));
    }

    #[test]
    fn tokens_cover_everything_but_the_blanks() {
        let query = Query::parse("ab -kind:api,x \"y z\"");
        let spans = query.tokens().into_iter().map(|token| token.span).collect::<Vec<_>>();
        assert_eq!(spans, [0..2, 3..4, 4..9, 9..14, 15..20]);
    }

    proptest! {
        #[test]
        fn every_text_is_a_query_and_its_terms_lie_in_order(text in any::<String>()) {
            let mut end = 0;
            for term in Query::parse(&text).terms {
                prop_assert!(term.span.start >= end && term.span.end > term.span.start);
                prop_assert!(text.is_char_boundary(term.span.start) && text.is_char_boundary(term.span.end));
                end = term.span.end;
            }
        }

        #[test]
        fn a_printed_query_asks_for_the_same(text in r#"([a-c:,".<>=*/ -]|>=2024-05-0[1-9]|kind:|is:|has:|spec\.x:|tag:"|[1-9]|ü){0,24}"#) {
            let query = Query::parse(&text);
            prop_assert_eq!(Query::parse(&query.to_string()), query);
        }
    }
}
