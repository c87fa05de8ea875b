//! Everything that is known about one entity.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::locate;
use super::owner::{self, Owner};
use super::portal::Portal;
use crate::catalog::{
    Code, Contact, ContactKind, Entity, EntityRef, Origin, Problem, Relation, RelationType, SourceId,
    contacts, yaml,
};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Age, Snapshot};
use crate::text::Untrusted;

/// Most relations of one type that are described; the group says how many there are.
const MAX_RELATED: usize = 1000;

/// Everything that is known about one entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityDetails {
    /// The identity.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// The kind as written.
    pub kind: Untrusted<'static>,
    /// The name as written.
    pub name: Untrusted<'static>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Untrusted<'static>>,
    /// The description, which may be Markdown of several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Untrusted<'static>>,
    /// `spec.type`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub spec_type: Option<Untrusted<'static>>,
    /// The lifecycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Untrusted<'static>>,
    /// The tags.
    pub tags: Vec<Untrusted<'static>>,
    /// Its owners with their contacts; inherited ones say so.
    pub owners: Vec<Owner>,
    /// How to reach people about it, from its own fields.
    pub contacts: Vec<Contact>,
    /// Its links: runbooks, on-call pages, chat rooms and dashboards first.
    pub links: Vec<LinkDetails>,
    /// Its relations in both directions, by type.
    pub relations: Vec<RelationGroup>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Where it is declared.
    pub origin: Origin,
    /// Every place that claims its name, where there is more than one; the winner comes first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claimants: Vec<Origin>,
    /// When its source was read.
    pub as_of: Timestamp,
    /// Why its data is older than it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<String>,
    /// When it was found to be gone from its source, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_since: Option<Timestamp>,
    /// The entity whose docs are its docs: itself or another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<EntityRef>,
    /// Whether something can be made from it.
    pub is_template: bool,
    /// Whether it carries the definition of an API.
    pub has_definition: bool,
    /// The document.
    #[serde(rename = "entity")]
    pub document: Value,
    /// The document as YAML.
    #[serde(skip)]
    pub yaml: Untrusted<'static>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkDetails {
    /// The title, else the address.
    pub title: Untrusted<'static>,
    /// The address.
    pub url: Untrusted<'static>,
    /// What it is good for, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ContactKind>,
}

/// The relations of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RelationGroup {
    /// The type.
    #[serde(rename = "type")]
    pub relation: RelationType,
    /// The type in words for people, such as `Depended on by`.
    #[serde(skip)]
    pub label: String,
    /// How many there are.
    pub total: usize,
    /// The first thousand of them, in the order of references.
    pub items: Vec<Related>,
}

/// What a relation points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// The target.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// What people call it.
    pub name: Untrusted<'static>,
    /// Whether it is not in the catalog.
    pub is_dangling: bool,
}

impl EntityDetails {
    /// Whether somebody is expected to own it. Nobody is of a group, a user or a Location.
    pub fn expects_owner(&self) -> bool {
        !matches!(self.reference.kind(), "group" | "user" | "location")
    }

    /// Looks up the exact places of the owners' evidence and of the problems, as far as the files are at hand;
    /// else they stay those of the documents.
    pub fn locate(&mut self, portal: &Portal) {
        for owner in &mut self.owners {
            owner.because.locate(portal);
        }
        locate::locate_in(portal, &mut self.problems);
    }
}

/// Everything about an entity. One that is not there is an error with names that are near.
pub fn show(snapshot: &Snapshot, reference: &EntityRef) -> Result<EntityDetails> {
    let entity = snapshot.entity(reference)?.ok_or_else(|| missing(reference))?;
    let text = |text: Option<Untrusted<'_>>| text.map(Untrusted::into_owned);
    let age = age_of(snapshot, &entity.origin.source, &entity.origin.path);
    let claimants = snapshot.claimants(reference)?;
    let gone_since = snapshot.tombstone(reference)?.map(|tombstone| tombstone.gone_at);
    Ok(EntityDetails {
        reference: reference.clone(),
        kind: entity.kind().into_owned(),
        name: entity.name().into_owned(),
        title: text(entity.title()),
        description: text(entity.description()),
        spec_type: text(entity.spec_type()),
        lifecycle: text(entity.lifecycle()),
        tags: entity.tags().map(Untrusted::into_owned).collect(),
        owners: owner::owners(snapshot, reference)?,
        contacts: contacts(&entity),
        links: links(&entity),
        relations: groups(snapshot, &snapshot.relations(reference)?)?,
        problems: problems(snapshot, reference)?,
        claimants: if claimants.len() > 1 { claimants } else { Vec::new() },
        // What is gone was not seen later.
        as_of: gone_since.unwrap_or(age.as_of),
        stale: age.stale.map(str::to_owned),
        gone_since,
        docs: docs(&entity),
        is_template: reference.kind() == "template",
        has_definition: entity.at("/spec/definition").is_some(),
        yaml: Untrusted::owned(yaml::to_yaml(&entity.document)),
        document: entity.document.to_value(),
        origin: entity.origin,
    })
}

/// How old what lies at a path of a source is; as old as the whole catalog where the source is gone.
pub(super) fn age_of<'s>(snapshot: &'s Snapshot, source: &SourceId, path: &str) -> Age<'s> {
    let meta = snapshot.meta();
    let source = meta.sources.iter().find(|known| known.id == *source);
    source.map_or(Age { as_of: meta.as_of, stale: None }, |source| source.age_of(path))
}

/// What is wrong with an entity. That several claim it is said once, for the claimants are all named.
fn problems(snapshot: &Snapshot, reference: &EntityRef) -> Result<Vec<Problem>> {
    let mut problems = snapshot.problems_of(reference)?;
    let mut is_claimed = false;
    problems.retain(|problem| {
        problem.code != Code::DuplicateEntity.id() || !std::mem::replace(&mut is_claimed, true)
    });
    Ok(problems)
}

/// The error for an entity that is not there.
pub(super) fn missing(reference: &EntityRef) -> Error {
    Error::new(ErrorKind::NotFound, format!("There is no entity {reference}."))
        .with_hint(format!("`callboard search {}` looks for names that are near.", reference.name()))
}

/// The links, what helps in trouble first.
fn links(entity: &Entity) -> Vec<LinkDetails> {
    let mut links: Vec<LinkDetails> = entity
        .links()
        .map(|link| LinkDetails {
            kind: ContactKind::of_link(&link),
            title: link.title.unwrap_or_else(|| link.url.clone()).into_owned(),
            url: link.url.into_owned(),
        })
        .collect();
    links.sort_by_key(|link| (link.kind.is_none(), link.kind));
    links
}

fn docs(entity: &Entity) -> Option<EntityRef> {
    if let Some(other) = entity.annotation("backstage.io/techdocs-entity") {
        return EntityRef::parse(other.raw(), crate::catalog::RefContext::default()).ok();
    }
    entity.annotation("backstage.io/techdocs-ref").map(|_| entity.reference.clone())
}

/// Relations by type. Those that a reader looks for come first.
fn groups(snapshot: &Snapshot, relations: &[Relation]) -> Result<Vec<RelationGroup>> {
    let mut groups: Vec<RelationGroup> = Vec::new();
    let mut sorted = relations.iter().collect::<Vec<_>>();
    sorted.sort_by_key(|it| (place(&it.relation), it.relation.clone(), it.target.clone()));
    for relation in sorted {
        if groups.last().is_none_or(|group| group.relation != relation.relation) {
            let (relation, label) = (relation.relation.clone(), label(&relation.relation));
            groups.push(RelationGroup { relation, label, total: 0, items: Vec::new() });
        }
        let Some(group) = groups.last_mut() else { continue };
        group.total += 1;
        if group.items.len() < MAX_RELATED {
            group.items.push(related(snapshot, &relation.target)?);
        }
    }
    Ok(groups)
}

/// What a reference leads to, for a list.
pub(super) fn related(snapshot: &Snapshot, reference: &EntityRef) -> Result<Related> {
    let entity = snapshot.entity(reference)?;
    Ok(Related {
        reference: reference.clone(),
        is_dangling: entity.is_none(),
        name: entity.map_or_else(|| Untrusted::owned(reference.name()), |it| it.display_name().into_owned()),
    })
}

/// The order of relation types, and what people call them.
const LABELS: [(RelationType, &str); 14] = [
    (RelationType::OwnedBy, "Owned by"),
    (RelationType::PartOf, "Part of"),
    (RelationType::DependsOn, "Depends on"),
    (RelationType::DependencyOf, "Depended on by"),
    (RelationType::ProvidesApi, "Provides APIs"),
    (RelationType::ConsumesApi, "Consumes APIs"),
    (RelationType::ApiProvidedBy, "Provided by"),
    (RelationType::ApiConsumedBy, "Consumed by"),
    (RelationType::HasPart, "Parts"),
    (RelationType::MemberOf, "Member of"),
    (RelationType::HasMember, "Members"),
    (RelationType::ChildOf, "Child of"),
    (RelationType::ParentOf, "Parent of"),
    (RelationType::OwnerOf, "Owns"),
];

fn place(relation: &RelationType) -> usize {
    LABELS.iter().position(|(known, _)| known == relation).unwrap_or(LABELS.len())
}

fn label(relation: &RelationType) -> String {
    LABELS.get(place(relation)).map_or_else(|| relation.as_str().to_owned(), |(_, label)| (*label).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing;

    fn details(text: &str) -> EntityDetails {
        show(&testing::snapshot(), &testing::reference(text)).unwrap()
    }

    #[test]
    fn relations_stand_in_groups_and_dangling_ones_are_marked() {
        let details = details("component:payments");
        let depends = details.relations.iter().find(|it| it.relation == RelationType::DependsOn).unwrap();
        let items = depends.items.iter().map(|it| (it.reference.name(), it.is_dangling)).collect::<Vec<_>>();
        assert_eq!((depends.label.as_str(), depends.total), ("Depends on", 2));
        assert_eq!(items, [("gone", true), ("db", false)]);
        let labels = details.relations.iter().map(|it| it.label.as_str()).collect::<Vec<_>>();
        assert_eq!(labels, ["Owned by", "Part of", "Depends on", "Depended on by", "Provides APIs"]);
    }

    #[test]
    fn the_runbook_comes_before_other_links() {
        let titles = details("component:payments").links.into_iter().map(|link| link.title.raw().to_owned());
        assert_eq!(titles.collect::<Vec<_>>(), ["Runbook", "Home"]);
    }

    #[test]
    fn the_owner_comes_with_contacts_and_evidence() {
        let owner = details("component:payments").owners.remove(0);
        assert_eq!((owner.name.raw(), owner.exists), ("Team Pay", true));
        assert_eq!(owner.contacts.len(), 2);
        assert!(!owner.because.is_inherited);
        let inherited = details("component:worker").owners.remove(0);
        assert_eq!(inherited.because.entity, Some(testing::reference("system:money")));
        assert!(inherited.because.is_inherited);
    }

    #[test]
    fn problems_age_docs_and_yaml_are_there() {
        let details = details("component:payments");
        assert_eq!(details.problems.len(), 1);
        assert_eq!(details.as_of, testing::read_at());
        assert_eq!(details.docs, Some(testing::reference("component:payments")));
        assert!(details.yaml.raw().starts_with("kind: Component\n"));
    }

    #[test]
    fn an_entity_that_is_not_there_is_not_found() {
        let error = show(&testing::snapshot(), &testing::reference("api:nothing")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
