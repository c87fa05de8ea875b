//! An API description of several files as one: what `$ref` takes from another file is put in its place.
//!
//! References within the first file stay, for readers of the description follow them.

use std::collections::HashMap;

use serde_json::Value;

use super::yaml;

/// Levels of references within references.
const MAX_REFERENCES: usize = 32;

/// Values of a bundled description.
const MAX_NODES: usize = yaml::MAX_DOCUMENT_NODES;

/// Reads the file with a path.
type Read<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

/// The bundled description, or nothing where there was nothing to bundle.
pub(super) fn bundle(root: Value, path: &str, read: &mut Read<'_>) -> Result<Option<Value>, String> {
    if !has_external(&root) {
        return Ok(None);
    }
    let mut bundler = Bundler { read, files: HashMap::new(), nodes: 0 };
    bundler.inline(root, path, Place::Root, 0).map(Some)
}

/// Whether a value stands in the first file, whose own references stay.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Included,
}

struct Bundler<'r, 'a> {
    read: &'r mut Read<'a>,
    files: HashMap<String, Value>,
    nodes: usize,
}

impl Bundler<'_, '_> {
    fn inline(&mut self, value: Value, path: &str, place: Place, depth: usize) -> Result<Value, String> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(format!("it bundles to more than {MAX_NODES} values"));
        }
        match value {
            Value::Array(items) => {
                items.into_iter().map(|item| self.inline(item, path, place, depth)).collect()
            }
            Value::Object(map) => match map.get("$ref").and_then(Value::as_str) {
                Some(target) if !target.starts_with('#') || place == Place::Included => {
                    if depth >= MAX_REFERENCES {
                        return Err(format!(
                            "the reference {target:?} leads more than {MAX_REFERENCES} references deep, perhaps to itself"
                        ));
                    }
                    let target = target.to_owned();
                    self.follow(&target, path, depth)
                }
                _ => map
                    .into_iter()
                    .map(|(key, value)| Ok((key, self.inline(value, path, place, depth)?)))
                    .collect::<Result<_, String>>()
                    .map(Value::Object),
            },
            scalar => Ok(scalar),
        }
    }

    fn follow(&mut self, target: &str, from: &str, depth: usize) -> Result<Value, String> {
        let (file, pointer) = target.split_once('#').unwrap_or((target, ""));
        let path = if file.is_empty() { from.to_owned() } else { beside(from, file) };
        if !self.files.contains_key(&path) {
            let bytes = (self.read)(&path)?;
            let text = yaml::decode(&bytes).map_err(|error| error.to_string())?;
            self.files.insert(path.clone(), yaml::parse(text).map_err(|error| error.to_string())?);
        }
        let found = self.files.get(&path).and_then(|file| file.pointer(pointer)).cloned();
        let value = found.ok_or_else(|| format!("the reference {target:?} points to nothing"))?;
        self.inline(value, &path, Place::Included, depth + 1)
    }
}

/// The path of a file that is named relative to another.
fn beside(from: &str, file: &str) -> String {
    match from.rsplit_once('/') {
        Some((folder, _)) if !file.starts_with('/') => format!("{folder}/{file}"),
        _ => file.to_owned(),
    }
}

fn has_external(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_external),
        Value::Object(map) => {
            map.get("$ref").and_then(Value::as_str).is_some_and(|target| !target.starts_with('#'))
                || map.values().any(has_external)
        }
        _ => false,
    }
}
