//! Whom an entity takes down with it.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::deps::{Direction, Standing, steps};
use super::graph::circles;
use super::owner::{self, Owner};
use super::portal::Portal;
use super::show::{self, Related};
use crate::catalog::{EntityRef, RelationType};
use crate::error::Result;
use crate::store::Snapshot;

/// Most entities of one answer; beyond it nobody reads and the answer says that it was cut.
const MAX_REACHED: usize = 5000;

/// Most relations of one answer: what is needed by thousands is needed by most of them once or twice.
const MAX_EDGES: usize = 50_000;

/// Everything that breaks with an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// The entity.
    #[serde(flatten)]
    pub entity: Related,
    /// How many entities break.
    pub total: usize,
    /// Whether there are more than are counted here.
    pub is_cut: bool,
    /// Whether it breaks with what breaks with it.
    pub is_in_cycle: bool,
    /// What breaks, by owner; the owner with the most to lose first, what nobody owns last.
    pub owners: Vec<ImpactOnOwner>,
    /// The relations along which it spreads, from what is needed to what needs it.
    #[serde(skip)]
    pub edges: Vec<(EntityRef, RelationType, EntityRef)>,
}

/// What breaks of one owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImpactOnOwner {
    /// The owner with contacts; nothing for what nobody owns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// What breaks, the nearest first.
    pub entities: Vec<Impacted>,
}

/// An entity that breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Impacted {
    /// The entity.
    #[serde(flatten)]
    pub entity: Related,
    /// How many steps away it is.
    pub distance: usize,
    /// What it needs that breaks before it.
    pub through: EntityRef,
    /// Whether it needs something that breaks with it.
    pub is_in_cycle: bool,
}

/// Everything that breaks with an entity, grouped by owner. Of one that is not in the catalog it is what names
/// it; where nothing does, there is no such entity.
pub fn impact(snapshot: &Snapshot, root: &EntityRef) -> Result<Impact> {
    if !snapshot.exists(root)? && snapshot.relations(root)?.is_empty() {
        return Err(show::missing(root));
    }
    let spread = Spread::from(snapshot, root)?;
    let in_cycle = spread.in_cycle();
    let mut groups: BTreeMap<Option<EntityRef>, ImpactOnOwner> = BTreeMap::new();
    let mut known: HashMap<EntityRef, Owner> = HashMap::new();
    for (reached, is_in_cycle) in spread.reached.iter().zip(&in_cycle).skip(1) {
        let reference = &reached.reference;
        let first = owner::owners(snapshot, reference)?.into_iter().next();
        let owner = first.map(|owner| known.entry(owner.reference.clone()).or_insert(owner).clone());
        let impacted = Impacted {
            entity: show::related(snapshot, reference)?,
            distance: reached.distance,
            through: spread.reached[reached.through].reference.clone(),
            is_in_cycle: *is_in_cycle,
        };
        let key = owner.as_ref().map(|owner| owner.reference.clone());
        let group = groups.entry(key).or_insert_with(|| ImpactOnOwner { owner, entities: Vec::new() });
        group.entities.push(impacted);
    }
    let mut owners = groups.into_values().collect::<Vec<_>>();
    owners.sort_by_key(|group| (group.owner.is_none(), std::cmp::Reverse(group.entities.len())));
    Ok(Impact {
        entity: show::related(snapshot, root)?,
        total: spread.reached.len() - 1,
        is_cut: spread.is_cut,
        is_in_cycle: in_cycle[0],
        owners,
        edges: spread.named_edges(),
    })
}

impl Impact {
    /// Looks up the exact places of the owners' evidence, as far as the files are at hand; else they stay those
    /// of the documents.
    pub fn locate(&mut self, portal: &Portal) {
        for owner in self.owners.iter_mut().filter_map(|group| group.owner.as_mut()) {
            owner.because.locate(portal);
        }
    }
}

/// How a failure spreads: what it reaches, the nearest first, and along which relations. The first is where it
/// begins.
struct Spread {
    reached: Vec<Reached>,
    edges: Vec<(usize, RelationType, usize)>,
    is_cut: bool,
}

struct Reached {
    reference: EntityRef,
    distance: usize,
    /// The number of what it was reached through.
    through: usize,
    standing: Standing,
}

impl Spread {
    fn from(snapshot: &Snapshot, root: &EntityRef) -> Result<Self> {
        let first = Reached { reference: root.clone(), distance: 0, through: 0, standing: Standing::Whole };
        let mut spread = Self { reached: vec![first], edges: Vec::new(), is_cut: false };
        let mut numbers = HashMap::from([(root.clone(), 0)]);
        let mut at = 0;
        while let Some(Reached { reference, distance, standing, .. }) = spread.reached.get(at) {
            let next = steps(snapshot, reference, Direction::NeededBy, *standing)?;
            let distance = distance + 1;
            for (relation, target) in next {
                if spread.edges.len() == MAX_EDGES {
                    spread.is_cut = true;
                    return Ok(spread);
                }
                let number = match numbers.get(&target) {
                    Some(number) => {
                        if Standing::of(Some(&relation)) == Standing::Whole {
                            spread.reached[*number].standing = Standing::Whole;
                        }
                        *number
                    }
                    None if spread.reached.len() > MAX_REACHED => {
                        spread.is_cut = true;
                        continue;
                    }
                    None => {
                        let number = spread.reached.len();
                        numbers.insert(target.clone(), number);
                        let standing = Standing::of(Some(&relation));
                        spread.reached.push(Reached { reference: target, distance, through: at, standing });
                        number
                    }
                };
                spread.edges.push((at, relation, number));
            }
            at += 1;
        }
        Ok(spread)
    }

    /// Of each that is reached, whether it leads back to itself.
    fn in_cycle(&self) -> Vec<bool> {
        let edges: Vec<_> = self.edges.iter().map(|(from, _, to)| (*from, *to)).collect();
        let circles = circles(self.reached.len(), &edges);
        let mut in_cycle = vec![false; self.reached.len()];
        for (from, to) in edges.into_iter().filter(|(from, to)| circles[*from] == circles[*to]) {
            in_cycle[from] = true;
            in_cycle[to] = true;
        }
        in_cycle
    }

    fn named_edges(&self) -> Vec<(EntityRef, RelationType, EntityRef)> {
        let name = |number: usize| self.reached[number].reference.clone();
        self.edges.iter().map(|(from, relation, to)| (name(*from), relation.clone(), name(*to))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing;

    #[test]
    fn a_domain_takes_down_the_parts_of_its_systems() {
        let impact = impact(&testing::wholes(), &testing::reference("domain:all")).unwrap();
        let entities = impact.owners.iter().flat_map(|group| &group.entities);
        let names: Vec<_> = entities.map(|it| (it.entity.reference.name(), it.distance)).collect();
        assert_eq!(names, [("a", 1), ("b", 1), ("x", 2), ("y", 2), ("user", 3)]);
    }

    #[test]
    fn impact_is_grouped_by_owner_with_contacts() {
        let impact = impact(&testing::snapshot(), &testing::reference("resource:db")).unwrap();
        assert_eq!((impact.total, impact.is_cut), (4, false));
        let groups = impact.owners.iter().map(|group| {
            let owner = group.owner.as_ref().map(|owner| owner.reference.name().to_owned());
            let names = group.entities.iter().map(|it| (it.entity.reference.to_string(), it.distance));
            (owner, names.collect::<Vec<_>>())
        });
        let name = |text: &str| Some(text.to_owned());
        assert_eq!(
            groups.collect::<Vec<_>>(),
            [
                (
                    name("team-pay"),
                    vec![
                        ("component:default/payments".to_owned(), 1),
                        ("component:default/worker".to_owned(), 2)
                    ]
                ),
                (name("team-shop"), vec![("component:default/checkout".to_owned(), 3)]),
                (None, vec![("api:default/payments".to_owned(), 2)]),
            ]
        );
        assert!(impact.is_in_cycle, "it needs the worker, which needs it");
        let cycle = impact.owners.iter().flat_map(|group| &group.entities).filter(|it| it.is_in_cycle);
        assert_eq!(cycle.map(|it| it.entity.reference.name()).collect::<Vec<_>>(), ["payments", "worker"]);
        assert!(!impact.owners[0].owner.as_ref().unwrap().contacts.is_empty());
    }
}
