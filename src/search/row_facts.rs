//! What of an entity is searched, filtered and shown in a list. Knows documents, not how rows are laid out.

use std::ops::{BitOr, BitOrAssign};

use crate::catalog::{ContactKind, Entity, EntityRef, Relation, RelationType};

/// Annotations whose value is another name of the entity: what people paste into a search box.
const ALIAS_ANNOTATIONS: [&str; 8] = [
    "github.com/project-slug",
    "gitlab.com/project-slug",
    "bitbucket.org/repo-slug",
    "dev.azure.com/project-repo",
    "github.com/team-slug",
    "github.com/user-login",
    "backstage.io/kubernetes-id",
    "sentry.io/project-slug",
];

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
    /// The facts that an entity and its outgoing relations tell.
    pub fn of(entity: &'a Entity, relations: &'a [Relation]) -> Self {
        let raw = |pointer: &str| entity.document.pointer(pointer).and_then(|value| value.as_str());
        let list = |pointer: &str| entity.document.pointer(pointer).and_then(|value| value.as_array());
        let target = |relation: &RelationType, kind: Option<&str>| {
            relations
                .iter()
                .find(|r| r.relation == *relation && kind.is_none_or(|kind| r.target.kind() == kind))
                .map(|r| &r.target)
        };
        let owner = target(&RelationType::OwnedBy, None);
        let mut facts = Self {
            reference: &entity.reference,
            name: raw("/metadata/name").unwrap_or(entity.reference.name()),
            title: raw("/metadata/title").or_else(|| raw("/spec/profile/displayName")),
            aliases: aliases(entity),
            tags: list("/metadata/tags").into_iter().flatten().filter_map(|tag| tag.as_str()).collect(),
            owner,
            owner_name: None,
            lifecycle: raw("/spec/lifecycle"),
            spec_type: raw("/spec/type"),
            system: target(&RelationType::PartOf, Some("system")),
            flags: RowFlags::of_document(entity),
            problems: 0,
        };
        if owner.is_some() {
            facts.flags |= RowFlags::OWNED;
        }
        if entity.is_orphan(relations.len()) {
            facts.flags |= RowFlags::ORPHAN;
        }
        facts
    }
}

/// The other names of an entity: project slugs, logins, mail address. Foreign texts.
pub fn aliases(entity: &Entity) -> Vec<&str> {
    let annotations = entity.annotations();
    let slugs = ALIAS_ANNOTATIONS.iter().filter_map(|key| annotations?.get(*key)?.as_str());
    let mail = entity.document.pointer("/spec/profile/email").and_then(|mail| mail.as_str());
    slugs.chain(mail).collect()
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

    /// The facts that a document tells about itself.
    fn of_document(entity: &Entity) -> Self {
        let mut flags = Self::default();
        let mut contact = |kind: Option<ContactKind>| {
            flags |= match kind {
                Some(ContactKind::Runbook) => Self::RUNBOOK,
                Some(ContactKind::OnCall) => Self::ONCALL,
                Some(ContactKind::Chat) => Self::CHAT,
                Some(ContactKind::Dashboard) => Self::DASHBOARD,
                Some(ContactKind::Mail) | None => Self::default(),
            };
        };
        let mut links = 0;
        for link in entity.links() {
            contact(ContactKind::of_link(&link));
            links += 1;
        }
        let annotations = entity.annotations();
        for key in annotations.into_iter().flat_map(|annotations| annotations.keys()) {
            contact(ContactKind::of_annotation(key));
        }
        if links > 0 {
            flags |= Self::LINKS;
        }
        if ["backstage.io/techdocs-ref", "backstage.io/techdocs-entity"]
            .iter()
            .any(|key| entity.annotation(key).is_some())
        {
            flags |= Self::DOCS;
        }
        if entity.at("/spec/definition").is_some() {
            flags |= Self::DEFINITION;
        }
        flags
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
