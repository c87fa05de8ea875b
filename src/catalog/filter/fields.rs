//! Selection of fields: `fields=kind,metadata.name`.

use serde_json::{Map, Value};

use super::FilterError;

/// Places that a list may be filled up to when one of its items is selected.
const MAX_INDEX: usize = 10_000;

/// The fields to keep of each entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields(Vec<String>);

impl Fields {
    /// Reads comma lists of dotted paths; nothing where all is wanted.
    pub fn parse<'a>(lists: impl IntoIterator<Item = &'a str>) -> Result<Option<Self>, FilterError> {
        let mut fields: Vec<String> = Vec::new();
        for field in lists.into_iter().flat_map(|list| list.split(',')).map(str::trim) {
            if field.contains('[') {
                return Err(FilterError(format!(
                    "the field {field:?} steps into a list, which is not possible"
                )));
            }
            if !field.is_empty() && !fields.iter().any(|known| known == field) {
                fields.push(field.to_owned());
            }
        }
        Ok((!fields.is_empty()).then_some(Self(fields)))
    }

    /// The selected part of a document.
    pub fn select(&self, document: &Value) -> Value {
        let mut selected = Value::Object(Map::new());
        for field in &self.0 {
            if let Some((path, value)) = find(document, field) {
                put(&mut selected, &path, value);
            }
        }
        selected
    }
}

/// The steps of a path and the value behind them; keys that hold dots are found by joining parts.
fn find<'v>(document: &'v Value, field: &str) -> Option<(Vec<String>, &'v Value)> {
    let mut steps = Vec::new();
    let mut value = document;
    let mut joined = String::new();
    for part in field.split('.') {
        if !joined.is_empty() {
            joined.push('.');
        }
        joined.push_str(part);
        let inner = match value {
            Value::Object(map) => map.get(&joined),
            Value::Array(items) => joined.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        if let Some(inner) = inner {
            value = inner;
            steps.push(std::mem::take(&mut joined));
        }
    }
    joined.is_empty().then_some((steps, value))
}

fn put(into: &mut Value, path: &[String], value: &Value) {
    let Some((step, rest)) = path.split_first() else {
        value.clone_into(into);
        return;
    };
    let index = step.parse::<usize>().ok().filter(|index| *index < MAX_INDEX);
    if into.is_null() {
        *into = if index.is_some() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    }
    match (into, index) {
        (Value::Object(map), _) => put(map.entry(step.clone()).or_insert(Value::Null), rest, value),
        (Value::Array(items), Some(index)) => {
            if items.len() <= index {
                items.resize(index + 1, Value::Null);
            }
            put(&mut items[index], rest, value);
        }
        _ => {}
    }
}
