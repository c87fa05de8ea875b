//! Parts of a document read from its JSON text without making a tree of it: for passes over the whole catalog.
//!
//! Each type takes one shape. Where something else stands, it reads as its default, as a missing value does.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Option<Cow<'a, str>>);

/// The items of a list.
#[derive(Debug, Default)]
pub(crate) struct List<T>(pub(crate) Vec<T>);

/// A map that is read as a `T`.
#[derive(Debug, Default)]
pub(crate) struct Object<T>(pub(crate) T);

/// The keys of a map, each with its value where that is a text.
#[derive(Debug, Default)]
pub(crate) struct Entries<'a>(pub(crate) Vec<(Cow<'a, str>, Text<'a>)>);

impl Text<'_> {
    /// The text, if there is one.
    pub(crate) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl Entries<'_> {
    /// The text behind a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key)?.1.as_str()
    }
}

/// The ways to see a value that give the default, those aside that a visitor names itself.
macro_rules! otherwise_default {
    ($($visit:ident)*) => {
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("any value")
        }

        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }

        $(otherwise_default!(@ $visit);)*
    };
    (@ visit_str) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
            Ok(Self::Value::default())
        }
    };
    (@ visit_seq) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
    (@ visit_map) => {
        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok(Self::Value::default())
        }
    };
}
pub(super) use otherwise_default;

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            otherwise_default!(visit_seq visit_map);

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;
            otherwise_default!(visit_str visit_map);

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(List(list))
            }
        }
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;
            otherwise_default!(visit_str visit_seq);

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(entries)).map(Object)
            }
        }
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;
            otherwise_default!(visit_str visit_seq);

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Entries<'de>, A::Error> {
                let mut all = Vec::new();
                while let Some((Text(key), value)) = entries.next_entry()? {
                    all.push((key.unwrap_or_default(), value));
                }
                Ok(Entries(all))
            }
        }
        deserializer.deserialize_any(EntriesVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shape_reads_everything_else_as_nothing() {
        for other in ["null", "true", "1", "-1", "1.5"] {
            assert_eq!(serde_json::from_str::<Text<'_>>(other).unwrap(), Text(None), "{other}");
            assert!(serde_json::from_str::<List<Text<'_>>>(other).unwrap().0.is_empty(), "{other}");
            assert!(serde_json::from_str::<Entries<'_>>(other).unwrap().0.is_empty(), "{other}");
            assert_eq!(serde_json::from_str::<Object<Option<bool>>>(other).unwrap().0, None, "{other}");
        }
        assert_eq!(serde_json::from_str::<Text<'_>>(r#"["a"]"#).unwrap(), Text(None));
        assert_eq!(serde_json::from_str::<Text<'_>>(r#"{"a": ["b"]}"#).unwrap(), Text(None));
        assert!(serde_json::from_str::<List<Text<'_>>>(r#"{"a": 1}"#).unwrap().0.is_empty());
        assert!(serde_json::from_str::<Entries<'_>>(r#"["a", "b"]"#).unwrap().0.is_empty());
    }

    #[test]
    fn texts_are_borrowed_where_nothing_is_escaped() {
        let entries: Entries<'_> = serde_json::from_str(r#"{"a": "x", "b": ["y"], "c\n": "z\t"}"#).unwrap();
        assert!(matches!(entries.0[0].0, Cow::Borrowed("a")));
        assert_eq!((entries.get("a"), entries.get("b"), entries.get("c\n")), (Some("x"), None, Some("z\t")));
    }
}
