//! A predicate on a document, as a client of Backstage evaluates it: names of fields are exact, and a list is
//! never equal to one of its values.

use serde_json::Value;

use super::rows::as_text;
use super::{Condition, Predicate, Primitive};

impl Predicate {
    /// Whether it holds for a value.
    pub fn holds(&self, value: &Value) -> bool {
        match self {
            Self::All(items) => items.iter().all(|item| item.holds(value)),
            Self::Any(items) => items.iter().any(|item| item.holds(value)),
            Self::Not(inner) => !inner.holds(value),
            Self::Fields(fields) => {
                fields.iter().all(|(path, condition)| condition.holds(at_path(value, path)))
            }
            Self::Is(primitive) => equals(Some(value), primitive),
        }
    }
}

impl Condition {
    fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Equals(primitive) => equals(value, primitive),
            Self::Exists(exists) => value.is_some() == *exists,
            Self::In(allowed) => allowed.iter().any(|one| equals(value, one)),
            Self::Contains(inner) => value
                .and_then(Value::as_array)
                .is_some_and(|items| items.iter().any(|item| inner.holds(item))),
            Self::HasPrefix(prefix) => value
                .and_then(Value::as_str)
                .is_some_and(|text| text.to_uppercase().starts_with(&prefix.to_uppercase())),
        }
    }
}

/// The value at a dotted path, where keys may hold dots themselves.
fn at_path<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return None;
    }
    value.as_object()?.iter().find_map(|(key, inner)| {
        if key == path {
            return Some(inner);
        }
        at_path(inner, path.strip_prefix(key.as_str())?.strip_prefix('.')?)
    })
}

fn equals(value: Option<&Value>, wanted: &Primitive) -> bool {
    match (value, wanted.value()) {
        (None | Some(Value::Null), _) => false,
        (Some(Value::String(a)), Value::String(b)) => a == b || a.to_uppercase() == b.to_uppercase(),
        (Some(a), b) if a.is_number() || b.is_number() => as_text(a) == as_text(b),
        (Some(a), b) => a == b,
    }
}
