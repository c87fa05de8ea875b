//! Who owns an entity, who belongs to an owner, and to whom trouble escalates. Works on anything that answers
//! for entities; every walk is bounded and survives cycles.

use std::collections::HashSet;

use serde::Serialize;

use super::{Entity, EntityLookup, EntityRef, RefContext, Relation, RelationType};

/// Most steps up from a part to its whole, or from a group to its parent; real trees have up to six.
const MAX_STEPS: usize = 16;

/// Most groups that belong to one user.
const MAX_GROUPS: usize = 1000;

/// An owner and why it is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ownership {
    /// The owner. It need not exist.
    pub owner: EntityRef,
    /// The entity that names the owner: the one that was asked about, or the whole that it is a part of.
    pub said_by: EntityRef,
    /// Whether it was inherited from a whole.
    pub is_inherited: bool,
}

/// The owners of an entity: those that it names, else those of the nearest whole that names some.
pub fn owners<L: EntityLookup>(lookup: &L, entity: &EntityRef) -> Result<Vec<Ownership>, L::Error> {
    let mut seen = HashSet::from([entity.clone()]);
    let mut level = vec![entity.clone()];
    for step in 0..=MAX_STEPS {
        let mut owners = Vec::new();
        let mut next = Vec::new();
        for part in &level {
            let relations = lookup.relations(part)?;
            owners.extend(targets(&relations, &RelationType::OwnedBy).map(|owner| Ownership {
                owner: owner.clone(),
                said_by: part.clone(),
                is_inherited: step > 0,
            }));
            let wholes = targets(&relations, &RelationType::PartOf);
            next.extend(wholes.filter(|whole| seen.insert((*whole).clone())).cloned());
        }
        if !owners.is_empty() || next.is_empty() {
            return Ok(owners);
        }
        level = next;
    }
    Ok(Vec::new())
}

/// The groups above an owner, the nearest first: of a group its parents, of a user its groups and theirs.
pub fn escalation<L: EntityLookup>(lookup: &L, owner: &EntityRef) -> Result<Vec<EntityRef>, L::Error> {
    if owner.kind() != "user" {
        return reachable(lookup, std::slice::from_ref(owner), &RelationType::ChildOf, MAX_STEPS);
    }
    let relations = lookup.relations(owner)?;
    let mut groups: Vec<EntityRef> = targets(&relations, &RelationType::MemberOf).cloned().collect();
    groups.extend(reachable(lookup, &groups, &RelationType::ChildOf, MAX_STEPS)?);
    Ok(groups)
}

/// The members of a group, or the user itself.
pub fn people<L: EntityLookup>(lookup: &L, owner: &EntityRef) -> Result<Vec<EntityRef>, L::Error> {
    if owner.kind() == "user" {
        return Ok(vec![owner.clone()]);
    }
    let relations = lookup.relations(owner)?;
    Ok(targets(&relations, &RelationType::HasMember).cloned().collect())
}

/// The groups that a user acts for: its own, their children, and their parents.
pub fn groups_of<L: EntityLookup>(lookup: &L, user: &EntityRef) -> Result<Vec<EntityRef>, L::Error> {
    let relations = lookup.relations(user)?;
    let own: Vec<EntityRef> = targets(&relations, &RelationType::MemberOf).cloned().collect();
    let children = reachable(lookup, &own, &RelationType::ParentOf, MAX_STEPS)?;
    let parents = reachable(lookup, &own, &RelationType::ChildOf, MAX_STEPS)?;
    let mut seen = HashSet::new();
    let groups = own.into_iter().chain(children).chain(parents);
    Ok(groups.filter(|group| seen.insert(group.clone())).take(MAX_GROUPS).collect())
}

/// An entity whose own fields answer who it is about: a group or a user owns itself.
pub fn is_owner(entity: &Entity) -> bool {
    matches!(entity.reference.kind(), "group" | "user")
}

/// The owner in the field of an entity that has no relation to one, such as one of a kind of its own.
pub fn unrelated(entity: &Entity) -> Option<EntityRef> {
    let text = entity.owner_text().filter(|_| !is_owner(entity))?;
    let context = RefContext { kind: Some("group"), namespace: Some(entity.reference.namespace()) };
    EntityRef::parse(text.raw(), context).ok()
}

/// What can be reached over one type of relation, the nearest first, without where it started.
fn reachable<L: EntityLookup>(
    lookup: &L,
    from: &[EntityRef],
    relation: &RelationType,
    steps: usize,
) -> Result<Vec<EntityRef>, L::Error> {
    let mut seen: HashSet<EntityRef> = from.iter().cloned().collect();
    let mut level = from.to_vec();
    let mut found = Vec::new();
    for _ in 0..steps {
        let mut next = Vec::new();
        for entity in &level {
            let relations = lookup.relations(entity)?;
            next.extend(targets(&relations, relation).filter(|it| seen.insert((*it).clone())).cloned());
        }
        if next.is_empty() || found.len() > MAX_GROUPS {
            break;
        }
        found.extend(next.iter().cloned());
        level = next;
    }
    Ok(found)
}

fn targets<'a>(relations: &'a [Relation], relation: &RelationType) -> impl Iterator<Item = &'a EntityRef> {
    relations.iter().filter(move |it| it.relation == *relation).map(|it| &it.target)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// Relations as `source type target`; there are no documents.
    struct Edges(Vec<Relation>);

    impl Edges {
        fn new(edges: &[(&str, RelationType, &str)]) -> Self {
            let forth = edges.iter().map(|(source, relation, target)| Relation {
                source: reference(source),
                relation: relation.clone(),
                target: reference(target),
            });
            let back = |it: &Relation| {
                let relation = it.relation.reverse()?;
                Some(Relation { source: it.target.clone(), relation, target: it.source.clone() })
            };
            Self(forth.flat_map(|it| [back(&it), Some(it)]).flatten().collect())
        }
    }

    impl EntityLookup for Edges {
        type Error = Infallible;

        fn entity(&self, _: &EntityRef) -> Result<Option<Entity>, Infallible> {
            Ok(None)
        }

        fn relations(&self, reference: &EntityRef) -> Result<Vec<Relation>, Infallible> {
            Ok(self.0.iter().filter(|it| it.source == *reference).cloned().collect())
        }
    }

    fn reference(text: &str) -> EntityRef {
        EntityRef::parse(text, super::super::RefContext::default()).unwrap()
    }

    fn names(found: &[EntityRef]) -> Vec<String> {
        found.iter().map(|it| it.name().to_owned()).collect()
    }

    #[test]
    fn what_an_entity_says_beats_what_its_system_says() {
        let edges = Edges::new(&[
            ("component:a", RelationType::OwnedBy, "group:own"),
            ("component:a", RelationType::PartOf, "system:s"),
            ("component:b", RelationType::PartOf, "system:s"),
            ("system:s", RelationType::OwnedBy, "group:other"),
        ]);
        let of = |text: &str| owners(&edges, &reference(text)).unwrap().remove(0);
        assert_eq!((of("component:a").owner.name(), of("component:a").is_inherited), ("own", false));
        let inherited = of("component:b");
        assert_eq!((inherited.owner.name(), inherited.is_inherited), ("other", true));
        assert_eq!(inherited.said_by, reference("system:s"));
    }

    #[test]
    fn cycles_end() {
        let edges = Edges::new(&[
            ("component:a", RelationType::PartOf, "component:b"),
            ("component:b", RelationType::PartOf, "component:a"),
            ("group:x", RelationType::ChildOf, "group:y"),
            ("group:y", RelationType::ChildOf, "group:x"),
        ]);
        assert!(owners(&edges, &reference("component:a")).unwrap().is_empty());
        assert_eq!(names(&escalation(&edges, &reference("group:x")).unwrap()), ["y"]);
    }

    #[test]
    fn from_a_user_trouble_goes_up_to_its_groups_and_to_those_above() {
        let edges = Edges::new(&[
            ("user:me", RelationType::MemberOf, "group:pay"),
            ("user:me", RelationType::MemberOf, "group:ops"),
            ("group:pay", RelationType::ChildOf, "group:commerce"),
        ]);
        assert_eq!(names(&escalation(&edges, &reference("user:me")).unwrap()), ["pay", "ops", "commerce"]);
    }

    #[test]
    fn a_user_acts_for_its_groups_their_children_and_their_parents() {
        let edges = Edges::new(&[
            ("user:me", RelationType::MemberOf, "group:pay"),
            ("group:pay", RelationType::ChildOf, "group:commerce"),
            ("group:refunds", RelationType::ChildOf, "group:pay"),
            ("group:other", RelationType::ChildOf, "group:commerce"),
        ]);
        assert_eq!(names(&groups_of(&edges, &reference("user:me")).unwrap()), ["pay", "refunds", "commerce"]);
        assert_eq!(names(&people(&edges, &reference("group:pay")).unwrap()), ["me"]);
    }
}
