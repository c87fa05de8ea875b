//! An entity: one document of a descriptor, with its identity and where it came from.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{DEFAULT_NAMESPACE, Document, EntityRef, Origin, document};
use crate::text::Untrusted;

/// Kinds that are expected to have relations. A group, a user or a Location has its meaning without any, and of
/// a kind of one's own nobody knows.
const CONNECTED_KINDS: [&str; 5] = ["component", "api", "resource", "system", "domain"];

/// A thing of the catalog. The document is kept whole, so that unknown fields and custom kinds survive; the
/// accessors read the well-known fields and give nothing for a missing or mistyped one.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Its identity.
    pub reference: EntityRef,
    /// The document as written, after placeholders were replaced.
    pub document: Arc<Document>,
    /// Where it came from.
    pub origin: Origin,
}

impl Entity {
    /// The entity that a document declares, or nothing where its kind or name is missing or no text, or where
    /// a sign in its kind or namespace would make the reference that of another entity.
    pub fn from_value(value: Value, origin: Origin) -> Option<Self> {
        let text = |pointer: &str| document::at(&value, pointer)?.as_str().filter(|text| !text.is_empty());
        let namespace = text("/metadata/namespace").unwrap_or(DEFAULT_NAMESPACE);
        let kind = text("/kind").filter(|kind| !kind.contains([':', '/']) && !namespace.contains('/'))?;
        let reference = EntityRef::new(kind, namespace, text("/metadata/name")?);
        Some(Self { reference, document: Arc::new(value.into()), origin })
    }

    /// The kind as written, such as `Component`.
    pub fn kind(&self) -> Untrusted<'_> {
        self.at("/kind").unwrap_or_default()
    }

    /// The name as written.
    pub fn name(&self) -> Untrusted<'_> {
        self.at("/metadata/name").unwrap_or_default()
    }

    /// `metadata.title`.
    pub fn title(&self) -> Option<Untrusted<'_>> {
        self.at("/metadata/title")
    }

    /// What people call it: the title, a profile's display name, else the name.
    pub fn display_name(&self) -> Untrusted<'_> {
        self.title().or_else(|| self.at("/spec/profile/displayName")).unwrap_or_else(|| self.name())
    }

    /// `metadata.description`.
    pub fn description(&self) -> Option<Untrusted<'_>> {
        self.at("/metadata/description")
    }

    /// `spec.type`.
    pub fn spec_type(&self) -> Option<Untrusted<'_>> {
        self.at("/spec/type")
    }

    /// `spec.lifecycle`.
    pub fn lifecycle(&self) -> Option<Untrusted<'_>> {
        self.at("/spec/lifecycle")
    }

    /// `spec.owner` as written; the resolved owner is the `ownedBy` relation.
    pub fn owner_text(&self) -> Option<Untrusted<'_>> {
        self.at("/spec/owner")
    }

    /// `metadata.tags` that are text.
    pub fn tags(&self) -> impl Iterator<Item = Untrusted<'_>> {
        let tags = self.document.pointer("/metadata/tags").and_then(Value::as_array);
        tags.into_iter().flatten().filter_map(Value::as_str).map(Untrusted::new)
    }

    /// `metadata.links` that have an address.
    pub fn links(&self) -> impl Iterator<Item = Link<'_>> {
        let links = self.document.pointer("/metadata/links").and_then(Value::as_array);
        links.into_iter().flatten().filter_map(|link| {
            let text = |key: &str| link.get(key).and_then(Value::as_str).map(Untrusted::new);
            Some(Link {
                url: text("url")?,
                title: text("title"),
                icon: text("icon"),
                link_type: text("type"),
            })
        })
    }

    /// One of `metadata.annotations`.
    pub fn annotation(&self, key: &str) -> Option<Untrusted<'_>> {
        self.annotations()?.get(key)?.as_str().map(Untrusted::new)
    }

    /// `metadata.annotations`.
    pub fn annotations(&self) -> Option<&Map<String, Value>> {
        self.document.pointer("/metadata/annotations")?.as_object()
    }

    /// `metadata.labels`.
    pub fn labels(&self) -> Option<&Map<String, Value>> {
        self.document.pointer("/metadata/labels")?.as_object()
    }

    /// Whether it stands alone: it is of a kind that is expected to belong somewhere and has no `relations` in
    /// either direction, or its Backstage calls it an orphan, because nothing there declares it any more.
    pub fn is_orphan(&self, relations: usize) -> bool {
        (relations == 0 && CONNECTED_KINDS.contains(&self.reference.kind())) || self.is_undeclared()
    }

    /// Whether its Backstage calls it an orphan.
    pub fn is_undeclared(&self) -> bool {
        // Each entity of a catalog is asked, and hardly one says so: no tree is made of the others.
        self.document.json().contains(ORPHAN) && self.annotation(ORPHAN).is_some_and(|it| it.raw() == "true")
    }

    /// `spec`.
    pub fn spec(&self) -> Option<&Map<String, Value>> {
        self.document.get("spec")?.as_object()
    }

    /// The text at a JSON pointer, where there is text.
    pub fn at(&self, pointer: &str) -> Option<Untrusted<'_>> {
        self.document.pointer(pointer)?.as_str().map(Untrusted::new)
    }
}

/// The annotation by which Backstage calls an entity an orphan.
const ORPHAN: &str = "backstage.io/orphan";

/// One of an entity's links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link<'a> {
    /// The address.
    pub url: Untrusted<'a>,
    /// What to call it.
    pub title: Option<Untrusted<'a>>,
    /// The name of a sign.
    pub icon: Option<Untrusted<'a>>,
    /// What it is, such as `runbook`.
    pub link_type: Option<Untrusted<'a>>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::test_origin;

    #[test]
    fn only_what_is_expected_to_belong_somewhere_is_an_orphan_and_what_its_backstage_calls_one() {
        let orphan = |kind: &str, relations, annotations: serde_json::Value| {
            let document = json!({"kind": kind, "metadata": {"name": "x", "annotations": annotations}});
            Entity::from_value(document, test_origin("x")).unwrap().is_orphan(relations)
        };
        for kind in ["Component", "API", "Resource", "System", "Domain"] {
            assert!(orphan(kind, 0, json!({})) && !orphan(kind, 1, json!({})), "{kind}");
        }
        for kind in ["User", "Group", "Location", "Template", "Vessel"] {
            assert!(!orphan(kind, 0, json!({})), "{kind}");
        }
        assert!(orphan("User", 3, json!({"backstage.io/orphan": "true"})));
        assert!(!orphan("User", 3, json!({"backstage.io/orphan": "false"})));
        assert!(!orphan("User", 3, json!({"said": "backstage.io/orphan", "x": "true"})));
    }
}
