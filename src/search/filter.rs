//! The terms of a query that are no words: which rows may match at all. Most look at the row alone; paths
//! look into the document, which is slow and therefore comes last.

use serde_json::Value as Json;

use super::document::any_at;
use super::pattern::{Bare, Pattern};
use super::{Row, RowFlags, Rows, fold};
use crate::catalog::EntityRef;
use crate::catalog::query::{Field, Is, Predicate, Query, Term, Value};

/// How a query is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Typing {
    /// It is complete: a kind, a type or a tag is the whole value.
    #[default]
    Done,
    /// Somebody is typing: a value at the end of the text that is nowhere may be the beginning of one.
    Open,
}

/// The compiled filter of a query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Filter {
    quick: Vec<Test>,
    slow: Vec<Test>,
    mine: Vec<String>,
}

/// A term: any of its checks passes, or none if it is negated.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    negated: bool,
    any: Vec<Check>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Check {
    Flags(RowFlags),
    Present(Field),
    Matches(Field, Pattern),
    Contains(String),
    Reference { kind: String, rest: String },
    Mine,
    Problem,
    Path(String, Pattern),
    HasPath(String),
    Never,
}

impl Filter {
    /// The filter of a query on some rows; `mine` are the references of the user and of the user's groups.
    pub(super) fn new(query: &Query, typing: Typing, mine: &[EntityRef], rows: &Rows) -> Self {
        let mut filter = Self::default();
        for (at, term) in query.terms.iter().enumerate() {
            let typing = if at + 1 == query.terms.len() { typing } else { Typing::Done };
            let Some(any) = checks(term, typing, rows) else { continue };
            let slow = any.iter().any(|check| matches!(check, Check::Path(..) | Check::HasPath(_)));
            if any.contains(&Check::Mine) {
                filter.mine = mine.iter().map(|reference| reference.as_str().to_owned()).collect();
            }
            let test = Test { negated: term.negated, any };
            if slow { filter.slow.push(test) } else { filter.quick.push(test) }
        }
        filter
    }

    /// Whether every row passes.
    pub(super) fn is_empty(&self) -> bool {
        self.quick.is_empty() && self.slow.is_empty()
    }

    /// Whether documents have to be read.
    pub(super) fn reads_documents(&self) -> bool {
        !self.slow.is_empty()
    }

    /// Whether a row passes what the row alone can tell.
    pub(super) fn passes(&self, row: Row<'_>) -> bool {
        self.quick
            .iter()
            .all(|test| test.negated != test.any.iter().any(|check| self.holds(check, row, None)))
    }

    /// Whether a row passes what takes its document.
    pub(super) fn passes_document(&self, row: Row<'_>, document: &Json) -> bool {
        let holds = |check: &Check| self.holds(check, row, Some(document));
        self.slow.iter().all(|test| test.negated != test.any.iter().any(holds))
    }

    fn holds(&self, check: &Check, row: Row<'_>, document: Option<&Json>) -> bool {
        match check {
            Check::Flags(flags) => row.flags().contains(*flags),
            Check::Problem => row.problems() > 0 || row.flags().contains(RowFlags::PROBLEM),
            Check::Present(field) => any_text(row, field, &|_| true),
            Check::Matches(Field::Problems, pattern) => pattern.matches_count(row.problems()),
            Check::Matches(field, pattern) => any_text(row, field, &|text| pattern.matches(text)),
            Check::Contains(text) => row.search.contains(text.as_str()),
            Check::Reference { kind, rest } => is_reference(row, kind, rest),
            Check::Mine => row.owner().is_some_and(|owner| self.mine.iter().any(|mine| mine == owner.raw())),
            Check::Path(path, pattern) => document.is_some_and(|document| {
                any_at(document, path, &|value| match value {
                    Json::String(text) => pattern.matches(text),
                    Json::Number(number) => pattern.matches(&number.to_string()),
                    Json::Bool(yes) => pattern.matches(if *yes { "true" } else { "false" }),
                    _ => false,
                })
            }),
            Check::HasPath(path) => {
                document.is_some_and(|document| any_at(document, path, &|value| !value.is_null()))
            }
            Check::Never => false,
        }
    }
}

/// The checks of a term; nothing for words and phrases that are matched by letters, and for a field that has
/// no value yet.
fn checks(term: &Term, typing: Typing, rows: &Rows) -> Option<Vec<Check>> {
    let checks: Vec<Check> = match &term.predicate {
        Predicate::Word(word) | Predicate::Phrase(word) if term.negated => {
            vec![Check::Contains(fold(word).into_owned())]
        }
        Predicate::Word(_) | Predicate::Phrase(_) => return None,
        Predicate::Reference { kind, rest } => {
            vec![Check::Reference { kind: kind.clone(), rest: rest.clone() }]
        }
        Predicate::Field(field, values) => {
            values.iter().map(|value| field_check(field, value, typing, rows)).collect()
        }
        Predicate::Has(words) => words.iter().map(|word| has_check(word)).collect(),
        Predicate::Is(words) => words.iter().map(is_check).collect(),
    };
    (!checks.is_empty()).then_some(checks)
}

fn field_check(field: &Field, value: &Value, typing: Typing, rows: &Rows) -> Check {
    let bare = match (field, typing) {
        (Field::Name | Field::Title | Field::Owner | Field::System | Field::Path(_), _) => Bare::Part,
        (Field::Problems, _) | (_, Typing::Done) => Bare::Whole,
        // What is there is meant: `tag:java` finds no javascript while it is typed either.
        (_, Typing::Open) if is_there(field, value, rows) => Bare::Whole,
        (_, Typing::Open) => Bare::Beginning,
    };
    let any_namespace =
        matches!(field, Field::Owner | Field::System).then(|| in_any_namespace(value)).flatten();
    let pattern = Pattern::new(any_namespace.as_ref().unwrap_or(value), bare);
    match field {
        Field::Path(path) => Check::Path(path.clone(), pattern),
        field => Check::Matches(field.clone(), pattern),
    }
}

/// Whether a row has the whole value.
fn is_there(field: &Field, value: &Value, rows: &Rows) -> bool {
    let whole = Pattern::new(value, Bare::Whole);
    rows.iter().any(|row| any_text(row, field, &|text| whole.matches(text)))
}

/// `user:ann`, as lists show a reference of the default namespace, is the one in whichever namespace.
fn in_any_namespace(value: &Value) -> Option<Value> {
    let (text, end) = match value {
        Value::Text(text) => (text, "*"),
        Value::Exact(text) => (text, ""),
        Value::In(_) => return None,
    };
    let (kind, name) = text.split_once(':').filter(|_| !text.contains(['/', '*']))?;
    Some(Value::Text(format!("{kind}:*/{name}{end}")))
}

fn has_check(word: &str) -> Check {
    let lower = word.to_ascii_lowercase();
    let singular = match lower.as_str() {
        "on-call" => "oncall",
        "link" => "links",
        "runbooks" | "dashboards" | "chats" | "definitions" => &lower[..lower.len() - 1],
        other => other,
    };
    if let Some((_, flag)) = RowFlags::HAS.iter().find(|(name, _)| *name == singular) {
        return Check::Flags(*flag);
    }
    match singular {
        "owner" => Check::Present(Field::Owner),
        "title" => Check::Present(Field::Title),
        "tag" | "tags" => Check::Present(Field::Tag),
        "system" => Check::Present(Field::System),
        "lifecycle" => Check::Present(Field::Lifecycle),
        "type" => Check::Present(Field::Type),
        "problem" | "problems" => Check::Problem,
        _ => Check::HasPath(word.to_owned()),
    }
}

fn is_check(is: &Is) -> Check {
    match is {
        Is::Orphan => Check::Flags(RowFlags::ORPHAN),
        Is::Dangling => Check::Flags(RowFlags::DANGLING),
        Is::Stale => Check::Flags(RowFlags::STALE),
        Is::Gone => Check::Flags(RowFlags::GONE),
        Is::Owned => Check::Flags(RowFlags::OWNED),
        Is::Mine => Check::Mine,
        Is::Problem => Check::Problem,
        Is::Unknown(_) => Check::Never,
    }
}

/// Whether one of the texts of a field passes the test.
fn any_text(row: Row<'_>, field: &Field, test: &dyn Fn(&str) -> bool) -> bool {
    let one = |text: Option<crate::text::Untrusted<'_>>| text.is_some_and(|text| test(text.raw()));
    match field {
        Field::Kind => test(row.kind().raw()),
        Field::Namespace => test(row.namespace().raw()),
        Field::Name => test(row.name().raw()),
        Field::Title => one(row.title()),
        Field::Owner => {
            row.owner().is_some_and(|owner| test_reference(owner.raw(), test)) || one(row.owner_name())
        }
        Field::Lifecycle => one(row.lifecycle()),
        Field::Type => one(row.spec_type()),
        Field::System => {
            row.system().is_some_and(|system| test_reference(system.raw(), test))
                || (row.kind().raw() == "system" && test_reference(row.reference().as_str(), test))
        }
        Field::Tag => row.tags().any(|tag| test(tag.raw())),
        Field::Problems => row.problems() > 0,
        Field::Path(_) => false,
    }
}

/// A reference passes by its name, by `namespace/name` or as a whole: `owner:default/team` means a reference.
fn test_reference(reference: &str, test: &dyn Fn(&str) -> bool) -> bool {
    let rest = reference.split_once(':').map_or(reference, |(_, rest)| rest);
    let name = rest.split_once('/').map_or(rest, |(_, name)| name);
    test(name) || test(reference) && !test_kind(reference, test) || test(rest) && !test_namespace(rest, test)
}

/// `owner:group` must not match every group, nor `owner:default` every owner.
fn test_kind(reference: &str, test: &dyn Fn(&str) -> bool) -> bool {
    reference.split_once(':').is_some_and(|(kind, _)| test(kind))
        || reference.split_once('/').is_some_and(|(start, _)| test(start))
}

fn test_namespace(rest: &str, test: &dyn Fn(&str) -> bool) -> bool {
    rest.split_once('/').is_some_and(|(namespace, _)| test(namespace))
}

/// Whether a row's reference begins as somebody typed it, with or without the namespace.
fn is_reference(row: Row<'_>, kind: &str, rest: &str) -> bool {
    if row.kind().raw() != kind {
        return false;
    }
    let name = row.name().raw().to_lowercase();
    if let Some((namespace, typed)) = rest.split_once('/') {
        return row.namespace().raw() == namespace && name.starts_with(typed);
    }
    name.starts_with(rest) || row.namespace().raw().starts_with(rest)
}
