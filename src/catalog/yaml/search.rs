//! The place of a value: a visitor that walks to it and raises an error there, which the YAML crate then
//! says the place of.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::Map;

use super::build::{Budget, Key, Node};

/// Which half of an entry a place is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The key.
    Key,
    /// The value.
    Value,
}

/// Walks to a place and raises an error there.
#[derive(Clone, Copy)]
pub(super) struct Search<'p> {
    pub(super) path: &'p [String],
    pub(super) part: Part,
}

impl Search<'_> {
    fn found<E: serde::de::Error>(self) -> Result<(), E> {
        if self.path.is_empty() { Err(E::custom("found")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! search_visits {
    ($($visit:ident($($type:ty)?)),*) => {$(
        fn $visit<E: serde::de::Error>(self, $(_: $type)?) -> Result<(), E> { self.found() }
    )*};
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    search_visits!(
        visit_bool(bool),
        visit_i64(i64),
        visit_u64(u64),
        visit_i128(i128),
        visit_u128(u128),
        visit_f64(f64),
        visit_str(&str),
        visit_unit(),
        visit_none()
    );

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        self.found()?;
        let wanted = self.path[0].parse::<usize>().ok();
        let mut index = 0;
        loop {
            let more = if wanted == Some(index) {
                items.next_element_seed(Search { path: &self.path[1..], ..self })?
            } else {
                items.next_element::<IgnoredAny>()?.map(|_| ())
            };
            if more.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.found()?;
        let budget = Budget::new("");
        let nothing = Map::new();
        let node = Node::root(&budget);
        let stop_at = (self.path.len() == 1 && self.part == Part::Key).then(|| self.path[0].as_str());
        while let Some(key) = entries.next_key_seed(Key { node, seen: &nothing, stop_at })? {
            if key == self.path[0] {
                entries.next_value_seed(Search { path: &self.path[1..], ..self })?;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<(), A::Error> {
        let (_tag, value): (IgnoredAny, _) = tagged.variant()?;
        value.newtype_variant_seed(self)
    }
}
