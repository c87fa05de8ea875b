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

    /// The tree, made anew and not kept: for passes over the whole catalog.
    pub fn to_value(&self) -> Value {
        // The constructors admit nothing but JSON, so there is no other case to tell.
        serde_json::from_str(&self.json).unwrap_or_default()
    }
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
    fn text_that_is_no_json_makes_no_document() {
        assert!(Document::from_json("{").is_err());
        assert_eq!(Document::from_json("{\"a\": 1}").unwrap(), Document::from(json!({"a": 1})));
    }
}
