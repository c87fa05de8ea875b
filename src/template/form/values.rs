//! Values by the paths of their fields.

use serde_json::{Map, Value};

use super::{Field, FieldPath};

/// The values of fields: the answer, else the default; an empty text is no value.
pub(super) fn gather(fields: &[Field], answers: &Map<String, Value>) -> Map<String, Value> {
    let mut values = Map::new();
    for field in fields {
        let answer = lookup(answers, &field.path).filter(|_| !field.read_only || field.default.is_none());
        let value = answer.or(field.default.as_ref()).filter(|value| !is_empty(value));
        if let Some(value) = value {
            insert(&mut values, &field.path, value.clone());
        }
    }
    values
}

fn is_empty(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty) || value.is_null()
}

/// The value at a path.
pub(super) fn lookup<'a>(values: &'a Map<String, Value>, path: &FieldPath) -> Option<&'a Value> {
    let (first, rest) = path.0.split_first()?;
    rest.iter().try_fold(values.get(first)?, |value, name| value.get(name))
}

/// Puts a value at a path; what is no map on the way becomes one.
pub(super) fn insert(values: &mut Map<String, Value>, path: &FieldPath, value: Value) {
    let Some((last, around)) = path.0.split_last() else { return };
    let mut map = values;
    for name in around {
        let inner = map.entry(name.clone()).or_insert_with(|| Value::Object(Map::new()));
        if !inner.is_object() {
            *inner = Value::Object(Map::new());
        }
        match inner {
            Value::Object(inner) => map = inner,
            _ => return,
        }
    }
    map.insert(last.clone(), value);
}

/// Takes the value at a path away.
pub(super) fn remove(values: &mut Map<String, Value>, path: &FieldPath) {
    let Some((last, around)) = path.0.split_last() else { return };
    let mut map = values;
    for name in around {
        match map.get_mut(name) {
            Some(Value::Object(inner)) => map = inner,
            _ => return,
        }
    }
    map.shift_remove(last);
}
