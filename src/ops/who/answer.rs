//! The answer for one entity.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use super::Match;
use super::target::Found;
use crate::catalog::{Contact, ContactKind, Entity, EntityRef, Origin, contacts, ownership};
use crate::error::Result;
use crate::ops::owner::{self, Owner};
use crate::ops::portal::Portal;
use crate::ops::show::{self, Related};
use crate::store::{Age, Snapshot};
use crate::text::Untrusted;

/// Most people of an owner that are listed.
const MAX_PEOPLE: usize = 100;

/// Who owns an entity and how to reach people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhoAnswer {
    /// The entity; for a path the one whose descriptor is the nearest, where there is one alone.
    #[serde(flatten)]
    pub entity: Option<Related>,
    /// The path below the root of its source, where that and not the entity is what is owned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Untrusted<'static>>,
    /// How the target led to it.
    pub matched: Match,
    /// Its owners with the evidence for each. A group or a user owns itself. Empty where nobody owns it.
    pub owners: Vec<Owner>,
    /// How to reach people, the entity's own contacts before those of its owners within each kind.
    pub contacts: Vec<WhoContact>,
    /// The people of the owners.
    pub people: Vec<Person>,
    /// How many people there are.
    pub people_total: usize,
    /// The groups above the owners, the nearest first.
    pub escalation: Vec<Escalation>,
    /// Where the entity is declared.
    pub origin: Option<Origin>,
    /// When its source was read.
    pub as_of: Timestamp,
    /// Why its data is older than it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stale: Option<String>,
    /// When the entity was found to be gone from its source, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone_since: Option<Timestamp>,
}

impl WhoAnswer {
    /// What is owned, in text: the path or the entity.
    pub fn subject(&self) -> &str {
        let entity = || self.entity.as_ref().map_or("", |entity| entity.reference.as_str());
        self.path.as_ref().map_or_else(entity, Untrusted::raw)
    }

    /// Looks up the exact places of the evidence, as far as the files are at hand; else they stay those of the
    /// documents.
    pub fn locate(&mut self, portal: &Portal) {
        for owner in &mut self.owners {
            owner.because.locate(portal);
        }
    }

    /// The contacts of one kind.
    pub fn contacts_of(&self, kind: ContactKind) -> impl Iterator<Item = &WhoContact> {
        self.contacts.iter().filter(move |it| it.contact.kind == kind)
    }
}

/// A contact and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhoContact {
    /// The contact.
    #[serde(flatten)]
    pub contact: Contact,
    /// The entity that names it.
    pub of: EntityRef,
}

/// Somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The user.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// What people call the user.
    pub name: Untrusted<'static>,
    /// What the user's entity says about the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Untrusted<'static>>,
    /// How to reach the user.
    pub contacts: Vec<Contact>,
    /// The owner that the user belongs to; of several the first.
    pub of: EntityRef,
}

/// A group to turn to next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Escalation {
    /// The group.
    #[serde(flatten)]
    pub group: Related,
    /// How to reach it.
    pub contacts: Vec<Contact>,
    /// The owner that it stands above; of several the first.
    pub of: EntityRef,
}

/// Who owns an entity. One that is not there is an error.
pub fn answer(snapshot: &Snapshot, reference: &EntityRef) -> Result<WhoAnswer> {
    answer_as(snapshot, reference, Match::Reference)
}

/// The answer for what a target means.
pub(super) fn of_found(snapshot: &Snapshot, found: Found) -> Result<WhoAnswer> {
    match found {
        Found::Entity(reference, matched) => answer_as(snapshot, &reference, matched),
        Found::Path { source, path, around, owners, matched } => {
            let entity = around.map(|around| snapshot.entity(&around)).transpose()?.flatten();
            let related = entity.as_ref().map(|it| show::related(snapshot, &it.reference)).transpose()?;
            let age = show::age_of(snapshot, &source, &path);
            let answer = put_together(snapshot, entity.as_ref(), age, owners)?;
            Ok(WhoAnswer { entity: related, path: Some(Untrusted::owned(path)), matched, ..answer })
        }
    }
}

fn answer_as(snapshot: &Snapshot, reference: &EntityRef, matched: Match) -> Result<WhoAnswer> {
    let related = show::related(snapshot, reference)?;
    let Some(entity) = snapshot.entity(reference)? else { return Err(show::missing(reference)) };
    let owners = if ownership::is_owner(&entity) {
        vec![owner::itself(&entity)]
    } else {
        owner::owners(snapshot, reference)?
    };
    let age = show::age_of(snapshot, &entity.origin.source, &entity.origin.path);
    let answer = put_together(snapshot, Some(&entity), age, owners)?;
    Ok(WhoAnswer { entity: Some(related), matched, ..answer })
}

fn put_together(
    snapshot: &Snapshot,
    entity: Option<&Entity>,
    age: Age<'_>,
    owners: Vec<Owner>,
) -> Result<WhoAnswer> {
    let (people, people_total) = people(snapshot, &owners)?;
    let gone_since = match entity {
        Some(entity) => snapshot.tombstone(&entity.reference)?.map(|tombstone| tombstone.gone_at),
        None => None,
    };
    Ok(WhoAnswer {
        entity: None,
        path: None,
        matched: Match::Reference,
        contacts: all_contacts(entity, &owners),
        people,
        people_total,
        escalation: escalation(snapshot, &owners)?,
        // What is gone was not seen later.
        as_of: gone_since.unwrap_or(age.as_of),
        stale: age.stale.map(str::to_owned),
        gone_since,
        owners,
        origin: entity.map(|it| it.origin.clone()),
    })
}

/// The contacts of an entity and of its owners, by kind, each once.
fn all_contacts(entity: Option<&Entity>, owners: &[Owner]) -> Vec<WhoContact> {
    let own = entity.into_iter().flat_map(|entity| {
        contacts(entity).into_iter().map(|contact| WhoContact { contact, of: entity.reference.clone() })
    });
    let theirs = owners.iter().flat_map(|owner| {
        let of = |contact: &Contact| WhoContact { contact: contact.clone(), of: owner.reference.clone() };
        owner.contacts.iter().map(of)
    });
    let mut all: Vec<WhoContact> = Vec::new();
    for found in own.chain(theirs) {
        let same = |it: &WhoContact| {
            it.contact.kind == found.contact.kind && it.contact.label == found.contact.label
        };
        match all.iter_mut().find(|it| same(it)) {
            // The one that leads somewhere is worth more.
            Some(known) if known.contact.url.is_none() => *known = found,
            Some(known) if found.contact.url.is_none() || known.contact.url == found.contact.url => {}
            _ => all.push(found),
        }
    }
    all.sort_by_key(|it| it.contact.kind);
    all
}

fn people(snapshot: &Snapshot, owners: &[Owner]) -> Result<(Vec<Person>, usize)> {
    let references = each_once(owners, |owner| ownership::people(snapshot, owner))?;
    let total = references.len();
    let mut people = Vec::new();
    for (reference, of) in references.into_iter().take(MAX_PEOPLE) {
        let entity = snapshot.entity(&reference)?;
        let name = entity.as_ref().map(|it| it.display_name().into_owned());
        people.push(Person {
            name: name.unwrap_or_else(|| Untrusted::owned(reference.name())),
            description: entity.as_ref().and_then(|it| it.description().map(Untrusted::into_owned)),
            contacts: entity.as_ref().map(contacts).unwrap_or_default(),
            reference,
            of,
        });
    }
    Ok((people, total))
}

fn escalation(snapshot: &Snapshot, owners: &[Owner]) -> Result<Vec<Escalation>> {
    let groups = each_once(owners, |owner| ownership::escalation(snapshot, owner))?;
    let step = |(group, of): (EntityRef, EntityRef)| {
        let contacts = snapshot.entity(&group)?.as_ref().map(contacts).unwrap_or_default();
        Ok(Escalation { group: show::related(snapshot, &group)?, contacts, of })
    };
    groups.into_iter().map(step).collect()
}

/// What belongs to owners, each once and with the first owner that it belongs to.
fn each_once(
    owners: &[Owner],
    of: impl Fn(&EntityRef) -> Result<Vec<EntityRef>>,
) -> Result<Vec<(EntityRef, EntityRef)>> {
    let mut found = IndexMap::new();
    for owner in owners {
        for reference in of(&owner.reference)? {
            found.entry(reference).or_insert_with(|| owner.reference.clone());
        }
    }
    Ok(found.into_iter().collect())
}
