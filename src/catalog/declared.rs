//! The references that a document declares, read from its JSON text without making a tree of it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::lenient::{Object, Text, otherwise_default};
use super::relation_fields::{self, FIELDS, RelationField};
use super::{EntityRef, RefContext, RefError, RelationType};

/// What relations are made of: the kind, the references of spec, and what a server has made of them already.
#[derive(Debug, Default)]
pub(super) struct Declared<'a> {
    kind: Cow<'a, str>,
    references: Vec<Reference<'a>>,
    /// The relations that a server sent along; nothing for a descriptor.
    pub(super) served: Option<Vec<(RelationType, EntityRef)>>,
}

/// One text of a field of spec that makes relations.
#[derive(Debug)]
struct Reference<'a> {
    field: &'static str,
    index: Option<usize>,
    text: Cow<'a, str>,
}

/// One reference of an entity, resolved.
pub(super) struct Resolved<'a> {
    /// The field that it stands in.
    pub(super) field: &'static RelationField,
    /// The entity that it means, or why it means none.
    pub(super) target: Result<EntityRef, RefError>,
    /// The text as written.
    pub(super) text: Cow<'a, str>,
    index: Option<usize>,
}

impl Resolved<'_> {
    /// Where it stands.
    pub(super) fn pointer(&self) -> String {
        match self.index {
            Some(index) => format!("/spec/{}/{index}", self.field.name),
            None => format!("/spec/{}", self.field.name),
        }
    }
}

impl<'a> Declared<'a> {
    /// What a document declares, given as its JSON text.
    pub(super) fn of_json(json: &'a str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// The references, resolved in the namespace of the entity.
    pub(super) fn resolve(self, namespace: &str) -> impl Iterator<Item = Resolved<'a>> {
        let Self { kind, references, .. } = self;
        references.into_iter().filter_map(move |Reference { field, index, text }| {
            let field = relation_fields::of_kind(&kind).find(|known| known.name == field)?;
            let context = RefContext { kind: field.default_kind, namespace: Some(namespace) };
            let target = EntityRef::parse(&text, context);
            Some(Resolved { field, target, text, index })
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Declared<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RootVisitor;
        impl<'de> Visitor<'de> for RootVisitor {
            type Value = Declared<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the document of an entity")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Declared<'de>, A::Error> {
                let mut declared = Declared::default();
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    match key.as_str() {
                        Some("kind") => declared.kind = map.next_value::<Text<'de>>()?.0.unwrap_or_default(),
                        Some("spec") => declared.references = map.next_value::<Object<Spec<'de>>>()?.0.0,
                        Some("relations") => declared.served = map.next_value::<Served>()?.0,
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(declared)
            }
        }
        deserializer.deserialize_map(RootVisitor)
    }
}

/// The references of spec.
#[derive(Default)]
struct Spec<'a>(Vec<Reference<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Spec<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpecVisitor;
        impl<'de> Visitor<'de> for SpecVisitor {
            type Value = Spec<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the spec of an entity")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Spec<'de>, A::Error> {
                let mut references = Vec::new();
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    let known = FIELDS.iter().find(|field| key.as_str() == Some(field.name));
                    match known {
                        Some(field) => {
                            let texts = map.next_value::<Texts<'de>>()?.0;
                            references.extend(texts.into_iter().map(|(index, text)| Reference {
                                field: field.name,
                                index,
                                text,
                            }));
                        }
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Spec(references))
            }
        }
        deserializer.deserialize_map(SpecVisitor)
    }
}

/// A text or the texts of a list.
#[derive(Default)]
struct Texts<'a>(Vec<(Option<usize>, Cow<'a, str>)>);

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;
        impl<'de> Visitor<'de> for TextsVisitor {
            type Value = Texts<'de>;
            otherwise_default!(visit_map);

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Texts<'de>, E> {
                Ok(Texts(Vec::from_iter((!text.is_empty()).then_some((None, Cow::Borrowed(text))))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Texts<'de>, E> {
                Ok(Texts(Vec::from_iter((!text.is_empty()).then(|| (None, Cow::Owned(text.to_owned()))))))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts<'de>, A::Error> {
                let mut texts = Vec::new();
                let mut index = 0;
                while let Some(Text(text)) = items.next_element::<Text<'de>>()? {
                    texts.extend(text.map(|text| (Some(index), text)));
                    index += 1;
                }
                Ok(Texts(texts))
            }
        }
        deserializer.deserialize_any(TextsVisitor)
    }
}

/// The relations of an answer of the API.
#[derive(Default)]
struct Served(Option<Vec<(RelationType, EntityRef)>>);

impl<'de> Deserialize<'de> for Served {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let relation = |item: &serde_json::Value| {
            let kind = RelationType::from_name(item.get("type")?.as_str()?);
            let target = EntityRef::parse(item.get("targetRef")?.as_str()?, RefContext::default()).ok()?;
            Some((kind, target))
        };
        Ok(Self(value.as_array().map(|items| items.iter().filter_map(relation).collect())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(json: &str) -> Vec<(String, Result<String, RefError>)> {
        let declared = Declared::of_json(json);
        declared
            .resolve("prod")
            .map(|one| (one.pointer(), one.target.map(|target| target.as_str().to_owned())))
            .collect()
    }

    #[test]
    fn references_get_the_kind_of_their_field_and_the_namespace_of_their_entity() {
        let json = r#"{"kind":"Component","spec":{"type":"x","owner":"team","dependsOn":["API:a",1,"b"],"system":null}}"#;
        assert_eq!(
            resolved(json),
            [
                ("/spec/owner".to_owned(), Ok("group:prod/team".to_owned())),
                ("/spec/dependsOn/0".to_owned(), Ok("api:prod/a".to_owned())),
                ("/spec/dependsOn/2".to_owned(), Err(RefError::MissingKind("b".to_owned()))),
            ]
        );
    }

    #[test]
    fn odd_documents_declare_nothing() {
        for json in [r#"{"kind":1,"spec":[1]}"#, r#"{"kind":"Component","spec":{"owner":{"a":[1]}}}"#, "[]"] {
            assert_eq!(resolved(json), []);
        }
    }

    #[test]
    fn relations_of_a_server_are_taken_as_they_are() {
        let json =
            r#"{"kind":"A","relations":[{"type":"ownedBy","targetRef":"group:default/a"},{"type":"x"}]}"#;
        let served = Declared::of_json(json).served.unwrap();
        assert_eq!(served, [(RelationType::OwnedBy, EntityRef::new("group", "default", "a"))]);
    }
}
