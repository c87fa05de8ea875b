//! The index of a Backstage server: an entity as rows of dotted keys and lower-case values.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::FilterError;
use crate::catalog::DEFAULT_NAMESPACE;

/// Characters of a key; longer ones are left out.
const MAX_KEY: usize = 200;

/// Characters of a value; a longer one is there, but has no value.
const MAX_VALUE: usize = 200;

/// Fields that are not flattened, for they are indexed in their own way or not at all.
const SPECIAL: [&str; 7] = [
    "attachments",
    "relations",
    "status",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.etag",
];

/// One row of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The dotted path, lower case.
    pub key: String,
    /// The value, lower case; nothing for a null and for a long value.
    pub value: Option<String>,
    /// The value as it was written.
    pub original: Option<String>,
}

/// The rows of one entity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows(Vec<Row>);

impl Rows {
    /// The rows of a document as a server sends it. Two keys that differ in case only are refused.
    pub fn of(document: &Value) -> Result<Self, FilterError> {
        let mut fields = Vec::new();
        flatten(String::new(), document, &mut fields, &mut HashSet::new());
        let at = |pointer: &str| document.pointer(pointer).cloned().unwrap_or_default();
        for key in ["name", "namespace", "uid"] {
            fields.push((format!("metadata.{key}"), at(&format!("/metadata/{key}"))));
        }
        if at("/metadata/namespace").as_str().is_none_or(str::is_empty) {
            fields.push(("metadata.namespace".to_owned(), DEFAULT_NAMESPACE.into()));
        }
        for relation in document.get("relations").and_then(Value::as_array).into_iter().flatten() {
            if let Some(name) = relation.get("type").and_then(Value::as_str) {
                let target = relation.get("targetRef").cloned().unwrap_or_default();
                fields.push((format!("relations.{name}"), target));
            }
        }
        refuse_twins(&fields)?;
        let mut seen = HashSet::new();
        let rows = fields.into_iter().filter_map(|(key, value)| row(&key, &value));
        Ok(Self(rows.filter(|row| seen.insert((row.key.clone(), row.value.clone()))).collect()))
    }

    /// The rows.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.0.iter()
    }

    /// The rows with this key, which is lower case.
    pub(super) fn with_key<'r>(&'r self, key: &'r str) -> impl Iterator<Item = &'r Row> {
        self.0.iter().filter(move |row| row.key == key)
    }
}

fn flatten(path: String, value: &Value, fields: &mut Vec<(String, Value)>, seen: &mut HashSet<String>) {
    if SPECIAL.contains(&path.as_str()) {
        return;
    }
    match value {
        Value::Array(items) => {
            for item in items {
                flatten(path.clone(), item, fields, seen);
                if let Some(text) = item.as_str() {
                    let key = format!("{path}.{text}");
                    if seen.insert(key.to_lowercase()) {
                        fields.push((key, Value::Bool(true)));
                    }
                }
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(path, value, fields, seen);
            }
        }
        scalar => fields.push((path, scalar.clone())),
    }
}

fn refuse_twins(fields: &[(String, Value)]) -> Result<(), FilterError> {
    let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
    for (key, _) in fields {
        let known = *spellings.entry(key.to_lowercase()).or_insert(key);
        if known != key {
            return Err(FilterError(format!("the keys {known:?} and {key:?} differ only in case")));
        }
    }
    Ok(())
}

fn row(key: &str, value: &Value) -> Option<Row> {
    let key = key.to_lowercase();
    if length(&key) > MAX_KEY {
        return None;
    }
    let original = (!value.is_null()).then(|| as_text(value));
    let lower = original.as_ref().map(|text| text.to_lowercase()).filter(|text| length(text) <= MAX_VALUE);
    let original = original.filter(|_| lower.is_some());
    Some(Row { key, value: lower, original })
}

/// Length as the server counts it.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A value as JavaScript makes a text of it.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "null".to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), number_text),
        Value::Array(items) => {
            let text = |item: &Value| if item.is_null() { String::new() } else { as_text(item) };
            items.iter().map(text).collect::<Vec<_>>().join(",")
        }
        Value::Object(_) => "[object Object]".to_owned(),
    }
}

fn number_text(number: f64) -> String {
    /// From here on JavaScript writes an exponent.
    const LARGE: f64 = 1e21;
    /// Below here as well.
    const SMALL: f64 = 1e-6;
    let size = number.abs();
    if size >= LARGE || (size < SMALL && size > 0.0) {
        let text = format!("{number:e}");
        return if text.contains("e-") { text } else { text.replace('e', "e+") };
    }
    format!("{number}")
}
