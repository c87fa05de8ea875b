//! Any text is a query that prints as one which asks for the same; Backstage's filters never panic.

use callboard::catalog::filter::{Predicate, parse_filters};
use callboard::catalog::query::{Facets, Field, Query, completions};

/// Only the beginning of a long query is read. Lower case and quotes make a text longer, so that a shorter
/// one still prints within the limit.
const SHORT_BYTES: usize = 200;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let query = Query::parse(text);
    if text.len() <= SHORT_BYTES {
        let printed = query.to_string();
        assert_eq!(Query::parse(&printed), query, "printed as {printed:?}");
    }
    let mut end = 0;
    for term in &query.terms {
        assert!(term.span.start >= end && term.span.end > term.span.start);
        assert!(text.get(term.span.clone()).is_some());
        assert!(term.value_at.is_none_or(|at| term.span.start < at && at <= term.span.end));
        end = term.span.end;
    }
    let mut end = 0;
    for token in query.tokens() {
        assert!(token.span.start >= end && !token.span.is_empty());
        assert!(text.get(token.span.clone()).is_some());
        end = token.span.end;
    }
    drop(query.complaints());

    let mut facets = Facets::new(vec!["runbook", "docs"]);
    facets.add(&Field::Kind, "component");
    facets.add(&Field::Owner, "the \"board\", all of it");
    for cursor in 0..=text.len().min(SHORT_BYTES) {
        for completion in completions(text, cursor, &facets) {
            assert!(text.get(completion.replaces).is_some());
        }
    }

    // A field that begins with `$` has no form as a predicate: there it would be an operator.
    if let Ok(Some(filter)) = parse_filters(text.lines().filter(|line| !line.contains('$'))) {
        assert_eq!(Predicate::parse(&filter.to_value()).as_ref(), Ok(&filter));
    }
}
