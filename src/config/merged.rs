//! Layers laid over each other: the values that count, and the layer that each comes from. Pure.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::layer::{Layer, LayerSource, place};
use crate::catalog::yaml::Part;
use crate::error::{Error, ErrorKind, Result};
use crate::misread::{self, Misread};
use crate::text::Untrusted;

/// A value that counts, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The key with dots, such as `ui.symbols`.
    pub key: String,
    /// The value.
    pub value: Value,
    /// The layer it comes from.
    pub source: LayerSource,
    /// The same as people write it, with line and column.
    pub origin: String,
}

/// The merged tree. Maps are merged, anything else is replaced.
#[derive(Debug)]
pub(super) struct Merged {
    tree: Value,
    layers: Vec<Layer>,
    /// The layer of each leaf, by JSON pointer.
    origins: BTreeMap<String, usize>,
}

impl Merged {
    /// Lays layers over each other, the weakest first.
    pub(super) fn new(layers: Vec<Layer>) -> Self {
        let (mut tree, mut origins) = (Value::Null, BTreeMap::new());
        for (index, layer) in layers.iter().enumerate() {
            merge(&mut tree, &layer.tree, &mut String::new(), &mut |pointer| {
                let below = format!("{pointer}/");
                origins.retain(|known: &String, _| !known.starts_with(&below));
                origins.insert(pointer.to_owned(), index);
            });
        }
        // What was a value in one layer and became a map in a stronger one is no leaf any more.
        let is_leaf = |value: &Value| value.as_object().is_none_or(serde_json::Map::is_empty);
        origins.retain(|pointer, _| tree.pointer(pointer).is_some_and(is_leaf));
        Self { tree, layers, origins }
    }

    /// The value at a pointer, as its type. An error says where the value stands and what it must be.
    pub(super) fn get<T: DeserializeOwned>(&self, pointer: &str) -> Result<T> {
        let value = self.tree.pointer(pointer).unwrap_or(&Value::Null);
        misread::read(value).map_err(|misread| {
            self.misread(pointer, &misread, value)
                .with_hint("`callboard config default` lists every key with the values it takes.")
        })
    }

    /// The error of what in the value at a pointer did not become its type: its place, its key, and why.
    pub(super) fn misread(&self, pointer: &str, misread: &Misread, value: &Value) -> Error {
        let inner = misread::pointer(misread);
        let at = format!("{pointer}{inner}");
        let why = misread::why(misread, value);
        let end = if why.ends_with(['.', '?']) { "" } else { "." };
        Error::new(ErrorKind::Usage, format!("{}: {}: {why}{end}", self.origin(&at), key(&at)))
    }

    /// The value at a pointer as it is.
    pub(super) fn value(&self, pointer: &str) -> &Value {
        self.tree.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// The layer that the value at a pointer comes from. A map comes from the strongest layer in it.
    pub(super) fn layer(&self, pointer: &str) -> Option<&Layer> {
        let mut around = std::iter::successors(Some(pointer), |pointer| Some(pointer.rsplit_once('/')?.0));
        let index = around.find_map(|pointer| self.origins.get(pointer)).copied();
        let below = format!("{pointer}/");
        let within = || self.origins.iter().filter(|(p, _)| p.starts_with(&below)).map(|(_, i)| *i).max();
        self.layers.get(index.or_else(within)?)
    }

    /// Where the value at a pointer comes from, as people write it.
    pub(super) fn origin(&self, pointer: &str) -> String {
        match self.layer(pointer) {
            Some(layer) => place(&layer.source, layer.position(pointer, Part::Value)),
            None => LayerSource::Default.to_string(),
        }
    }

    /// All layers, the weakest first.
    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Every value that counts, by key.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let setting = |(pointer, index): (&String, &usize)| Setting {
            key: key(pointer),
            value: self.value(pointer).clone(),
            source: self.layers[*index].source.clone(),
            origin: self.origin(pointer),
        };
        self.origins.iter().map(setting).collect()
    }
}

fn merge(into: &mut Value, from: &Value, pointer: &mut String, set: &mut impl FnMut(&str)) {
    match (&mut *into, from) {
        (Value::Object(below), Value::Object(above)) if !above.is_empty() => {
            for (key, value) in above {
                let len = pointer.len();
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
                merge(below.entry(key).or_insert(Value::Null), value, pointer, set);
                pointer.truncate(len);
            }
        }
        // Nothing to add, as where all of a section or of a list is commented out: what is below stays.
        (Value::Object(below), Value::Object(_) | Value::Null) if !below.is_empty() => {}
        (Value::Array(_), Value::Null) => {}
        (_, Value::Object(above)) if !above.is_empty() => {
            *into = Value::Object(serde_json::Map::new());
            merge(into, from, pointer, set);
        }
        _ => {
            *into = from.clone();
            set(pointer);
        }
    }
}

/// A pointer as a key with dots.
pub(super) fn key(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    let parts: Vec<String> = parts.map(|part| Untrusted::owned(part).display().into_owned()).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(texts: &[&str]) -> Merged {
        let layer = |(index, text): (usize, &&str)| {
            Layer::parse(LayerSource::File(format!("/{index}.yaml").into()), (*text).to_owned()).unwrap()
        };
        Merged::new(texts.iter().enumerate().map(layer).collect())
    }

    #[test]
    fn a_stronger_layer_replaces_only_what_it_names() {
        let merged = merged(&["ui: {symbols: unicode, mouse: true}\nuser: a\n", "ui:\n  mouse: false\n"]);
        assert!(!merged.get::<bool>("/ui/mouse").unwrap());
        assert_eq!(merged.get::<String>("/ui/symbols").unwrap(), "unicode");
        assert_eq!(merged.origin("/ui/mouse"), "/1.yaml:2:10");
        assert_eq!(merged.origin("/ui/symbols"), "/0.yaml:1:15");
    }

    #[test]
    fn a_section_in_which_all_is_commented_out_sets_nothing() {
        let merged =
            merged(&["ui: {mouse: true}\nsources: [1]\n", "ui:\n  # mouse: false\nsources:\n# - 2\n"]);
        assert!(merged.get::<bool>("/ui/mouse").unwrap());
        assert_eq!(merged.get::<Vec<u8>>("/sources").unwrap(), [1]);
    }

    #[test]
    fn a_list_replaces_a_list() {
        let merged = merged(&["sources: [1, 2]\n", "sources: [3]\n"]);
        assert_eq!(merged.get::<Vec<u8>>("/sources").unwrap(), [3]);
        assert_eq!(merged.origin("/sources/0"), "/1.yaml:1:11");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_its_place() {
        let error = merged(&["ui:\n  mouse: maybe\n"]).get::<bool>("/ui/mouse").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.message().starts_with("/0.yaml:2:10: ui.mouse: "), "{error}");
    }

    #[test]
    fn every_value_knows_its_origin() {
        let settings = merged(&["a: 1\nkeys: {}\n", "keys: {list: {j: down}}\n", "a: 2\n"]).settings();
        let told: Vec<_> = settings.iter().map(|s| (s.key.as_str(), s.origin.as_str())).collect();
        assert_eq!(told, [("a", "/2.yaml:1:4"), ("keys.list.j", "/1.yaml:1:18")]);
    }
}
