//! Entity references: `[kind:][namespace/]name`, their parsing rules and their canonical text.
//!
//! The rules are those of Backstage's `parseEntityRef` (catalog-model 1.10): the first `:` and the first `/`
//! are located; where the slash comes first, the colon belongs to the name.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The namespace of an entity that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// The parts of a reference as somebody wrote them: nothing trimmed, nothing lower-cased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefParts {
    /// The kind, such as `Component`.
    pub kind: String,
    /// The namespace, such as `default`.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// What a reference may leave out, by the place it stands in.
#[derive(Debug, Clone, Copy, Default)]
pub struct RefContext<'a> {
    /// The kind of a reference without one.
    pub kind: Option<&'a str>,
    /// The namespace of a reference without one; `default` where there is none or it is empty.
    pub namespace: Option<&'a str>,
}

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// The text has no kind and its place gives none.
    #[error("the reference {0:?} has no kind: write it as kind:namespace/name")]
    MissingKind(String),
    /// A part is there but empty, such as in `component:` or `/x`.
    #[error("the reference {0:?} has an empty part: write it as kind:namespace/name")]
    EmptyPart(String),
}

impl RefParts {
    /// Parses a reference text; missing parts come from the context.
    pub fn parse(text: &str, context: RefContext<'_>) -> Result<Self, RefError> {
        split(text, context).map(|(kind, namespace, name)| Self {
            kind: kind.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Parses a reference that is a text or a map of its parts. In a map an empty part is none, and gets no
    /// default.
    pub fn from_value(value: &Value, context: RefContext<'_>) -> Result<Self, RefError> {
        if let Some(text) = value.as_str() {
            return Self::parse(text, context);
        }
        let part = |key: &str| value.get(key).and_then(Value::as_str);
        let kind = part("kind").or(context.kind).unwrap_or_default();
        if kind.is_empty() {
            return Err(RefError::MissingKind(value.to_string()));
        }
        let namespace = part("namespace")
            .or(context.namespace.filter(|namespace| !namespace.is_empty()))
            .unwrap_or(DEFAULT_NAMESPACE);
        let name = part("name").unwrap_or_default();
        if namespace.is_empty() || name.is_empty() {
            return Err(RefError::EmptyPart(value.to_string()));
        }
        Ok(Self { kind: kind.to_owned(), namespace: namespace.to_owned(), name: name.to_owned() })
    }

    /// The identity behind the parts.
    pub fn canonical(&self) -> EntityRef {
        EntityRef::new(&self.kind, &self.namespace, &self.name)
    }
}

/// The kind, the namespace and the name that a reference text means.
fn split<'a>(text: &'a str, context: RefContext<'a>) -> Result<(&'a str, &'a str, &'a str), RefError> {
    let slash = text.find('/');
    let colon = text.find(':').filter(|colon| slash.is_none_or(|slash| *colon < slash));
    let (kind, rest) = match colon {
        Some(at) => (Some(&text[..at]), &text[at + 1..]),
        None => (None, text),
    };
    let (namespace, name) = match rest.find('/') {
        Some(at) => (Some(&rest[..at]), &rest[at + 1..]),
        None => (None, rest),
    };
    if name.is_empty() || kind == Some("") || namespace == Some("") {
        return Err(RefError::EmptyPart(text.to_owned()));
    }
    let kind = kind
        .or(context.kind)
        .filter(|kind| !kind.is_empty())
        .ok_or_else(|| RefError::MissingKind(text.to_owned()))?;
    let namespace = namespace.or(context.namespace.filter(|n| !n.is_empty())).unwrap_or(DEFAULT_NAMESPACE);
    Ok((kind, namespace, name))
}

/// The identity of an entity: the canonical text `kind:namespace/name`, lower case. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRef(Arc<str>);

impl EntityRef {
    /// The identity of the entity with these parts, in any case.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        let mut text = [kind, ":", namespace, "/", name].concat();
        if text.is_ascii() {
            text.make_ascii_lowercase();
        } else {
            text = text.to_lowercase();
        }
        Self(text.into())
    }

    /// Parses a reference text; missing parts come from the context.
    pub fn parse(text: &str, context: RefContext<'_>) -> Result<Self, RefError> {
        split(text, context).map(|(kind, namespace, name)| Self::new(kind, namespace, name))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The kind, lower case.
    pub fn kind(&self) -> &str {
        self.split().0
    }

    /// The namespace, lower case.
    pub fn namespace(&self) -> &str {
        self.split().1
    }

    /// The name, lower case.
    pub fn name(&self) -> &str {
        self.split().2
    }

    /// The reference without what its reader expects: `default` and, where `kind` says so, the kind.
    pub fn humanize(&self, kind: Option<&str>) -> String {
        let (own, namespace, name) = self.split();
        let rest =
            if namespace == DEFAULT_NAMESPACE { name.to_owned() } else { format!("{namespace}/{name}") };
        if kind.is_some_and(|kind| kind.eq_ignore_ascii_case(own)) { rest } else { format!("{own}:{rest}") }
    }

    fn split(&self) -> (&str, &str, &str) {
        let (kind, rest) = self.0.split_once(':').unwrap_or(("", &self.0));
        let (namespace, name) = rest.split_once('/').unwrap_or(("", rest));
        (kind, namespace, name)
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for EntityRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for EntityRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text, RefContext::default()).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colon_behind_a_slash_belongs_to_the_name() {
        let parts = RefParts::parse("a/b:c", RefContext { kind: Some("Group"), namespace: None }).unwrap();
        assert_eq!((parts.namespace.as_str(), parts.name.as_str()), ("a", "b:c"));
    }

    #[test]
    fn identity_ignores_case() {
        assert_eq!(EntityRef::new("Component", "Default", "Foo").as_str(), "component:default/foo");
    }

    #[test]
    fn humanized_text_drops_what_is_expected() {
        let team = EntityRef::new("Group", "default", "payments");
        assert_eq!(team.humanize(Some("Group")), "payments");
        assert_eq!(team.humanize(None), "group:payments");
        assert_eq!(EntityRef::new("user", "eu", "jane").humanize(Some("user")), "eu/jane");
    }
}
