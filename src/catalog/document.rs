//! The document of an entity, small enough that a million fit into memory.
//!
//! A JSON tree takes five times the bytes of its text. So the text is kept, and the tree is made when
//! somebody looks inside.

use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

use serde::Serialize;
use serde_json::Value;

/// A JSON document, kept as compact text; behaves like its [`Value`].
pub struct Document {
    json: Box<str>,
    tree: OnceLock<Box<Value>>,
}

impl Document {
    /// The document with this JSON text, such as a store kept it.
    pub fn from_json(json: impl Into<Box<str>>) -> serde_json::Result<Self> {
        let json = json.into();
        serde_json::from_str::<Value>(&json)?;
        Ok(Self { json, tree: OnceLock::new() })
    }

    /// The compact JSON text.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Whether somebody looked inside, so that the tree takes memory.
    #[cfg(test)]
    pub(super) fn is_tree(&self) -> bool {
        self.tree.get().is_some()
    }

    /// The value at a JSON pointer, as [`at`] finds it.
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        at(self, pointer)
    }

    /// The tree, made anew and not kept: for passes over the whole catalog.
    pub fn to_value(&self) -> Value {
        // The constructors admit nothing but JSON, so there is no other case to tell.
        serde_json::from_str(&self.json).unwrap_or_default()
    }
}

/// The value at a JSON pointer (RFC 6901). [`Value::pointer`] takes memory for each step of the way, which shows
/// where every entity of a catalog is asked for a dozen fields.
pub(super) fn at<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    if pointer.is_empty() {
        return Some(value);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(value, |value, step| match value {
        Value::Object(map) if step.contains('~') => map.get(&step.replace("~1", "/").replace("~0", "~")),
        Value::Object(map) => map.get(step),
        _ => value.pointer(&format!("/{step}")),
    })
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        // A value whose keys are texts always becomes one, so the default is never taken.
        Self { json: serde_json::to_string(&value).unwrap_or_default().into(), tree: OnceLock::new() }
    }
}

impl Deref for Document {
    type Target = Value;

    fn deref(&self) -> &Value {
        self.tree.get_or_init(|| Box::new(self.to_value()))
    }
}

impl Clone for Document {
    fn clone(&self) -> Self {
        Self { json: self.json.clone(), tree: OnceLock::new() }
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json || **self == **other
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.json)
    }
}

impl Serialize for Document {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_document_reads_like_its_value_and_keeps_the_order_of_keys() {
        let document = Document::from(json!({"kind": "A", "apiVersion": "b"}));
        assert_eq!(document.json(), r#"{"kind":"A","apiVersion":"b"}"#);
        assert_eq!(document.pointer("/kind"), Some(&json!("A")));
    }

    #[test]
    fn a_pointer_finds_what_the_library_finds() {
        let value = json!({"a": {"b/c": [1, {"~": 2}], "": 3}});
        for pointer in
            ["", "/", "a", "/a", "/a/", "/a/b~1c/0", "/a/b~1c/1/~0", "/a/b~1c/01", "/a/b~1c/-", "/a/x/y"]
        {
            let of_library = value.pointer(pointer);
            assert_eq!(at(&value, pointer), of_library, "{pointer}");
        }
    }

    #[test]
    fn text_that_is_no_json_makes_no_document() {
        assert!(Document::from_json("{").is_err());
        assert_eq!(Document::from_json("{\"a\": 1}").unwrap(), Document::from(json!({"a": 1})));
    }
}
