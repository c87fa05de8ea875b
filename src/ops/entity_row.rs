//! An entity as a line of a list.

use serde::Serialize;

use crate::catalog::{EntityRef, RefContext};
use crate::search::{Row, RowFlags};
use crate::text::Untrusted;

/// What a list shows of an entity.
#[expect(clippy::struct_excessive_bools, reason = "a row of facts for scripts, each a yes or a no")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityRow {
    /// The identity.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// The kind, lower case.
    pub kind: Untrusted<'static>,
    /// The namespace, lower case.
    pub namespace: Untrusted<'static>,
    /// The name as written.
    pub name: Untrusted<'static>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Untrusted<'static>>,
    /// The owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<EntityRef>,
    /// Whether it names no owner itself, so that the owner is that of a whole that it is a part of.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub owner_is_inherited: bool,
    /// The lifecycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Untrusted<'static>>,
    /// `spec.type`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub spec_type: Option<Untrusted<'static>>,
    /// The system it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<EntityRef>,
    /// The tags, lower case.
    pub tags: Vec<Untrusted<'static>>,
    /// How many problems it has.
    pub problems: u32,
    /// Whether a relation of it points to nothing.
    pub dangling: bool,
    /// Whether its data is older than it should be.
    pub stale: bool,
    /// Whether it vanished from its source a while ago.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

impl EntityRow {
    /// The owner as a list shows it: short, and marked where it is inherited. Foreign text.
    pub fn owner_label(&self) -> Option<String> {
        let name = self.owner.as_ref()?.humanize(Some("group"));
        Some(if self.owner_is_inherited { format!("{name} (inherited)") } else { name })
    }
}

impl From<Row<'_>> for EntityRow {
    fn from(row: Row<'_>) -> Self {
        let owned = |text: Option<Untrusted<'_>>| text.map(Untrusted::into_owned);
        let reference =
            |text: Option<Untrusted<'_>>| EntityRef::parse(text?.raw(), RefContext::default()).ok();
        Self {
            reference: row.reference(),
            kind: row.kind().into_owned(),
            namespace: row.namespace().into_owned(),
            name: row.name().into_owned(),
            title: owned(row.title()),
            owner: reference(row.owner()),
            owner_is_inherited: row.flags().contains(RowFlags::INHERITED),
            lifecycle: owned(row.lifecycle()),
            spec_type: owned(row.spec_type()),
            system: reference(row.system()),
            tags: row.tags().map(Untrusted::into_owned).collect(),
            problems: row.problems(),
            dangling: row.flags().contains(RowFlags::DANGLING),
            stale: row.flags().contains(RowFlags::STALE),
            gone: row.flags().contains(RowFlags::GONE),
        }
    }
}
