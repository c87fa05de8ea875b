//! An entity as a line of a list.

use serde::Serialize;

use super::owner::Basis;
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
    /// Whether it names no owner itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub owner_is_inherited: bool,
    /// What makes an inherited owner the owner: a whole that the entity is a part of, or CODEOWNERS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_basis: Option<Basis>,
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
    /// The owner as a list shows it: short, and marked with its evidence where it is inherited. Foreign text.
    pub fn owner_label(&self) -> Option<String> {
        let name = self.owner.as_ref()?.humanize(Some("group"));
        Some(match self.owner_basis {
            None => name,
            Some(Basis::CodeOwners) => format!("{name} (CODEOWNERS)"),
            Some(_) => format!("{name} (inherited)"),
        })
    }
}

impl From<Row<'_>> for EntityRow {
    fn from(row: Row<'_>) -> Self {
        let owned = |text: Option<Untrusted<'_>>| text.map(Untrusted::into_owned);
        let reference =
            |text: Option<Untrusted<'_>>| EntityRef::parse(text?.raw(), RefContext::default()).ok();
        let flags = row.flags();
        let is_inherited = flags.contains(RowFlags::INHERITED);
        let basis = if flags.contains(RowFlags::CODE_OWNERS) { Basis::CodeOwners } else { Basis::Whole };
        Self {
            reference: row.reference(),
            kind: row.kind().into_owned(),
            namespace: row.namespace().into_owned(),
            name: row.name().into_owned(),
            title: owned(row.title()),
            owner: reference(row.owner()),
            owner_is_inherited: is_inherited,
            owner_basis: is_inherited.then_some(basis),
            lifecycle: owned(row.lifecycle()),
            spec_type: owned(row.spec_type()),
            system: reference(row.system()),
            tags: row.tags().map(Untrusted::into_owned).collect(),
            problems: row.problems(),
            dangling: flags.contains(RowFlags::DANGLING),
            stale: flags.contains(RowFlags::STALE),
            gone: flags.contains(RowFlags::GONE),
        }
    }
}
