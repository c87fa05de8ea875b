//! A document as a JSON value, built within a budget: the visitor that the YAML crate reports to.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Value};

use super::YamlErrorKind;
use super::limit::{MAX_DEPTH, MAX_DOCUMENT_NODES, MAX_DOCUMENT_TEXT_BYTES};
use super::scalar::{decimal, flow, not_finite, number, stringify};

/// What one document may still become, and why it was stopped.
pub(super) struct Budget<'t> {
    text: &'t str,
    nodes: Cell<usize>,
    bytes: Cell<usize>,
    pub(super) failure: RefCell<Option<(YamlErrorKind, String)>>,
}

impl<'t> Budget<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            nodes: Cell::new(MAX_DOCUMENT_NODES),
            bytes: Cell::new(MAX_DOCUMENT_TEXT_BYTES),
            failure: RefCell::new(None),
        }
    }

    fn fail<E: serde::de::Error>(&self, kind: YamlErrorKind, message: String) -> E {
        let error = E::custom(&message);
        self.failure.borrow_mut().get_or_insert((kind, message));
        error
    }

    fn spend<E: serde::de::Error>(&self, bytes: usize) -> Result<(), E> {
        match (self.nodes.get().checked_sub(1), self.bytes.get().checked_sub(bytes)) {
            (Some(nodes), Some(bytes)) => {
                self.nodes.set(nodes);
                self.bytes.set(bytes);
                Ok(())
            }
            _ => Err(self.fail(
                YamlErrorKind::TooLarge,
                format!(
                    "the document holds more than {MAX_DOCUMENT_NODES} values or {MAX_DOCUMENT_TEXT_BYTES} bytes of text, written or by aliases"
                ),
            )),
        }
    }

    /// Whether borrowed text was written plain, without quotes and without `!!str`.
    fn is_plain(&self, borrowed: &str) -> bool {
        let Some(at) = (borrowed.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize) else {
            return false;
        };
        let Some(before) = self.text.get(..at) else { return false };
        !before.ends_with(['"', '\'']) && !before.trim_end_matches(' ').ends_with("!!str")
    }
}

/// Builds the value at one place of the document.
#[derive(Clone, Copy)]
pub(super) struct Node<'b> {
    budget: &'b Budget<'b>,
    depth: usize,
    /// Behind an unknown tag a scalar is text, whatever it looks like.
    is_tagged: bool,
}

impl<'b> Node<'b> {
    /// The root of a document.
    pub(super) fn root(budget: &'b Budget<'b>) -> Self {
        Self { budget, depth: 0, is_tagged: false }
    }

    fn scalar<E: serde::de::Error>(self, value: Value) -> Result<Value, E> {
        self.budget.spend(0)?;
        Ok(if self.is_tagged { Value::String(stringify(value)) } else { value })
    }

    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        self.budget.spend(0)?;
        if self.depth >= MAX_DEPTH {
            return Err(self
                .budget
                .fail(YamlErrorKind::TooDeep, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(Self { depth: self.depth + 1, is_tagged: false, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.scalar(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.scalar(number(value as f64))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.scalar(number(value as f64))
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Value, E> {
        self.scalar(number(value as f64))
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Value, E> {
        self.scalar(number(value as f64))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.scalar(number(value))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Value, E> {
        self.budget.spend(text.len())?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Value, E> {
        match decimal(text) {
            Some(value) if !self.is_tagged && self.budget.is_plain(text) => self.scalar(number(value)),
            _ => self.visit_str(text),
        }
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(Key { node: inside, seen: &map, stop_at: None })? {
            map.insert(key, entries.next_value_seed(inside)?);
        }
        Ok(Value::Object(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (_tag, value): (IgnoredAny, _) = tagged.variant()?;
        value.newtype_variant_seed(Self { is_tagged: true, ..self })
    }
}

/// Builds a key. An error is raised at the key's own place: the crate gives a map's place to errors between.
pub(super) struct Key<'b> {
    pub(super) node: Node<'b>,
    /// The keys before it, none of which may stand again.
    pub(super) seen: &'b Map<String, Value>,
    /// The key that a search ends at.
    pub(super) stop_at: Option<&'b str>,
}

impl Key<'_> {
    fn check<E: serde::de::Error>(&self, key: String) -> Result<String, E> {
        if self.stop_at == Some(key.as_str()) {
            return Err(E::custom("found"));
        }
        if self.seen.contains_key(&key) {
            let message = format!("the key {key:?} stands twice in one map");
            return Err(self.node.budget.fail(YamlErrorKind::DuplicateKey, message));
        }
        Ok(key)
    }
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Passes every way to see a value on to the visitor of a node, and makes the result of it a key.
macro_rules! key_visits {
    ($($visit:ident($($argument:ident: $type:ty)?)),*) => {$(
        fn $visit<E: serde::de::Error>(self, $($argument: $type)?) -> Result<String, E> {
            let value: Value = self.node.$visit($($argument)?)?;
            self.check(stringify(value))
        }
    )*};
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    key_visits!(
        visit_bool(value: bool), visit_i64(value: i64), visit_u64(value: u64), visit_i128(value: i128),
        visit_u128(value: u128), visit_str(value: &str),
        visit_borrowed_str(value: &'de str), visit_unit(), visit_none()
    );

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<String, E> {
        // What is no number in JSON is null as a value, but as a key has a name.
        if value.is_finite() {
            self.check(stringify(number(value)))
        } else {
            self.check(not_finite(value).to_owned())
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<String, A::Error> {
        let value = self.node.visit_seq(items)?;
        self.check(flow(&value))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<String, A::Error> {
        let value = self.node.visit_map(entries)?;
        self.check(flow(&value))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<String, A::Error> {
        let value = self.node.visit_enum(tagged)?;
        self.check(stringify(value))
    }
}
