//! What of an entity is searched, filtered and shown in a list. Knows entities, not how rows are laid out.

use std::ops::{BitOr, BitOrAssign};

use super::RowDocument;
use crate::catalog::{Entity, EntityRef, RelationType};

/// The facts of one search row. Built by [`RowFacts::of`]; what the document alone cannot say (whether
/// targets exist, how old the data is) is set by whoever knows the whole catalog.
#[derive(Debug, Clone)]
pub struct RowFacts<'a> {
    /// The identity.
    pub reference: &'a EntityRef,
    /// The name as written.
    pub name: &'a str,
    /// The title, or the name that a profile shows.
    pub title: Option<&'a str>,
    /// Other names: project slugs, logins, mail address.
    pub aliases: Vec<&'a str>,
    /// The tags.
    pub tags: Vec<&'a str>,
    /// The resolved owner.
    pub owner: Option<&'a EntityRef>,
    /// What people call the owner, where it differs from its name.
    pub owner_name: Option<&'a str>,
    /// The lifecycle.
    pub lifecycle: Option<&'a str>,
    /// `spec.type`.
    pub spec_type: Option<&'a str>,
    /// The system it is part of.
    pub system: Option<&'a EntityRef>,
    /// Yes-or-no facts.
    pub flags: RowFlags,
    /// How many problems it has.
    pub problems: u32,
}

impl<'a> RowFacts<'a> {
    /// The facts that an entity, what its document tells, and its outgoing relations say.
    pub fn of(
        entity: &'a Entity,
        document: &'a RowDocument<'_>,
        relations: impl Iterator<Item = (&'a RelationType, &'a EntityRef)>,
    ) -> Self {
        let (mut owner, mut system, mut count) = (None, None, 0);
        for (relation, target) in relations {
            count += 1;
            match relation {
                RelationType::OwnedBy => owner = owner.or(Some(target)),
                RelationType::PartOf if target.kind() == "system" => system = system.or(Some(target)),
                _ => {}
            }
        }
        let mut facts = Self {
            reference: &entity.reference,
            name: document.name().unwrap_or(entity.reference.name()),
            title: document.title(),
            aliases: document.aliases(),
            tags: document.tags(),
            owner,
            owner_name: None,
            lifecycle: document.lifecycle(),
            spec_type: document.spec_type(),
            system,
            flags: document.flags(),
            problems: 0,
        };
        if owner.is_some() {
            facts.flags |= RowFlags::OWNED;
        }
        if entity.is_orphan(count) {
            facts.flags |= RowFlags::ORPHAN;
        }
        facts
    }
}

/// Yes-or-no facts of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowFlags(pub(super) u32);

impl RowFlags {
    /// It stands alone, see [`Entity::is_orphan`].
    pub const ORPHAN: Self = Self(1);
    /// One of its relations points to an entity that does not exist.
    pub const DANGLING: Self = Self(1 << 1);
    /// Something is wrong with its descriptor.
    pub const PROBLEM: Self = Self(1 << 2);
    /// Its source could not be refreshed.
    pub const STALE: Self = Self(1 << 3);
    /// Somebody owns it, be it by a whole that it is a part of or by CODEOWNERS.
    pub const OWNED: Self = Self(1 << 4);
    /// It names a runbook.
    pub const RUNBOOK: Self = Self(1 << 5);
    /// It names a docs site.
    pub const DOCS: Self = Self(1 << 6);
    /// It names a dashboard.
    pub const DASHBOARD: Self = Self(1 << 7);
    /// It names an on-call service.
    pub const ONCALL: Self = Self(1 << 8);
    /// It names a chat room.
    pub const CHAT: Self = Self(1 << 9);
    /// It carries the definition of an API.
    pub const DEFINITION: Self = Self(1 << 10);
    /// It has links.
    pub const LINKS: Self = Self(1 << 11);
    /// It names no owner itself: its owner is that of a whole that it is a part of, or of [`Self::CODE_OWNERS`].
    pub const INHERITED: Self = Self(1 << 12);
    /// It vanished from its source a while ago.
    pub const GONE: Self = Self(1 << 13);
    /// Its owner is the one of its descriptor in the CODEOWNERS of its repository.
    pub const CODE_OWNERS: Self = Self(1 << 14);

    /// Words of `has:` that are flags.
    pub(crate) const HAS: [(&'static str, Self); 7] = [
        ("runbook", Self::RUNBOOK),
        ("docs", Self::DOCS),
        ("dashboard", Self::DASHBOARD),
        ("oncall", Self::ONCALL),
        ("chat", Self::CHAT),
        ("definition", Self::DEFINITION),
        ("links", Self::LINKS),
    ];

    /// Whether all of these facts hold.
    pub fn contains(self, facts: Self) -> bool {
        self.0 & facts.0 == facts.0
    }
}

impl BitOr for RowFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for RowFlags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
