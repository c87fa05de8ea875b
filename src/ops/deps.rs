//! What an entity depends on, what depends on it, and whom it takes down with it.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde::Serialize;

use super::owner::{self, Owner};
use super::show::{self, Related};
use crate::catalog::{EntityRef, RelationType};
use crate::error::Result;
use crate::store::Snapshot;

/// Most entities of one tree; beyond it nobody reads and the answer says that it was cut.
const MAX_NODES: usize = 5000;

/// Deepest tree, whatever was asked for.
pub const MAX_DEPTH: usize = 64;

/// Relations from what breaks to what it needs.
const NEEDS: [RelationType; 3] =
    [RelationType::DependsOn, RelationType::ConsumesApi, RelationType::ApiProvidedBy];

/// Relations from what is needed to what breaks with it.
const NEEDED_BY: [RelationType; 3] =
    [RelationType::DependencyOf, RelationType::ApiConsumedBy, RelationType::ProvidesApi];

/// Which way to walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To what it needs.
    #[default]
    Needs,
    /// To what needs it.
    NeededBy,
}

/// An entity in a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DepsNode {
    /// The entity.
    #[serde(flatten)]
    pub entity: Related,
    /// The relation that led here; nothing for the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<RelationType>,
    /// Why nothing, or not everything, stands below it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// What follows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<DepsNode>,
}

/// Why a branch ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cut {
    /// It leads back to an entity above it.
    Cycle,
    /// Its branch stands elsewhere in the tree.
    Repeated,
    /// The depth that was asked for is reached.
    Depth,
    /// The tree is as large as it may be.
    Limit,
}

/// The tree of an entity.
pub fn deps(snapshot: &Snapshot, root: &EntityRef, direction: Direction, depth: usize) -> Result<DepsNode> {
    if !snapshot.exists(root)? && snapshot.relations(root)?.is_empty() {
        return Err(show::missing(root));
    }
    let mut walk = Walk {
        snapshot,
        direction,
        depth: depth.min(MAX_DEPTH),
        seen: HashSet::new(),
        path: Vec::new(),
        nodes: 0,
    };
    walk.node(root, None)
}

struct Walk<'a> {
    snapshot: &'a Snapshot,
    direction: Direction,
    depth: usize,
    seen: HashSet<EntityRef>,
    path: Vec<EntityRef>,
    nodes: usize,
}

impl Walk<'_> {
    /// Recurses at most [`MAX_DEPTH`] times.
    fn node(&mut self, reference: &EntityRef, via: Option<RelationType>) -> Result<DepsNode> {
        self.nodes += 1;
        let entity = show::related(self.snapshot, reference)?;
        let mut node = DepsNode { entity, via, cut: None, children: Vec::new() };
        if self.path.contains(reference) {
            node.cut = Some(Cut::Cycle);
            return Ok(node);
        }
        let next = steps(self.snapshot, reference, self.direction, self.path.is_empty())?;
        if next.is_empty() {
            return Ok(node);
        }
        node.cut = if self.seen.contains(reference) {
            Some(Cut::Repeated)
        } else if self.path.len() >= self.depth {
            Some(Cut::Depth)
        } else {
            None
        };
        if node.cut.is_some() {
            return Ok(node);
        }
        self.seen.insert(reference.clone());
        self.path.push(reference.clone());
        for (relation, target) in next {
            if self.nodes == MAX_NODES {
                node.cut = Some(Cut::Limit);
                break;
            }
            node.children.push(self.node(&target, Some(relation))?);
        }
        self.path.pop();
        Ok(node)
    }
}

/// What follows an entity. A system or a domain stands for its parts where the walk begins.
fn steps(
    snapshot: &Snapshot,
    reference: &EntityRef,
    direction: Direction,
    is_root: bool,
) -> Result<Vec<(RelationType, EntityRef)>> {
    let types = match direction {
        Direction::Needs => &NEEDS,
        Direction::NeededBy => &NEEDED_BY,
    };
    let stands_for_parts = is_root && matches!(reference.kind(), "system" | "domain");
    let relations = snapshot.relations(reference)?.into_iter();
    let followed = relations.filter(|it| {
        types.contains(&it.relation) || (stands_for_parts && it.relation == RelationType::HasPart)
    });
    Ok(followed.map(|it| (it.relation, it.target)).collect())
}

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
    /// What breaks, by owner; the owner with the most to lose first, what nobody owns last.
    pub owners: Vec<ImpactOnOwner>,
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
}

/// Everything that breaks with an entity, grouped by owner.
pub fn impact(snapshot: &Snapshot, root: &EntityRef) -> Result<Impact> {
    if !snapshot.exists(root)? && snapshot.relations(root)?.is_empty() {
        return Err(show::missing(root));
    }
    let (broken, is_cut) = broken(snapshot, root)?;
    let mut groups: BTreeMap<Option<EntityRef>, ImpactOnOwner> = BTreeMap::new();
    let mut known: HashMap<EntityRef, Owner> = HashMap::new();
    let total = broken.len();
    for Step { to: reference, distance, through } in broken {
        let first = owner::owners(snapshot, &reference)?.into_iter().next();
        let owner = first.map(|owner| known.entry(owner.reference.clone()).or_insert(owner).clone());
        let impacted = Impacted { entity: show::related(snapshot, &reference)?, distance, through };
        let key = owner.as_ref().map(|owner| owner.reference.clone());
        let group = groups.entry(key).or_insert_with(|| ImpactOnOwner { owner, entities: Vec::new() });
        group.entities.push(impacted);
    }
    let mut owners = groups.into_values().collect::<Vec<_>>();
    owners.sort_by_key(|group| (group.owner.is_none(), std::cmp::Reverse(group.entities.len())));
    Ok(Impact { entity: show::related(snapshot, root)?, total, is_cut, owners })
}

/// A step of the walk to what breaks.
struct Step {
    to: EntityRef,
    distance: usize,
    through: EntityRef,
}

/// Everything that needs the root, the nearest first, and whether there is more.
fn broken(snapshot: &Snapshot, root: &EntityRef) -> Result<(Vec<Step>, bool)> {
    let mut seen = HashSet::from([root.clone()]);
    let mut waiting = VecDeque::from([(root.clone(), 0)]);
    let mut broken = Vec::new();
    while let Some((reference, distance)) = waiting.pop_front() {
        for (_, target) in steps(snapshot, &reference, Direction::NeededBy, distance == 0)? {
            if !seen.insert(target.clone()) {
                continue;
            }
            if broken.len() == MAX_NODES {
                return Ok((broken, true));
            }
            broken.push(Step { to: target.clone(), distance: distance + 1, through: reference.clone() });
            waiting.push_back((target, distance + 1));
        }
    }
    Ok((broken, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing;

    /// The tree as text: depth by blanks, cuts and gaps by signs.
    fn drawn(node: &DepsNode) -> String {
        fn draw(node: &DepsNode, depth: usize, lines: &mut Vec<String>) {
            let cut = node.cut.map(|cut| format!(" {cut:?}")).unwrap_or_default();
            let gap = if node.entity.is_dangling { " dangling" } else { "" };
            lines.push(format!("{}{}{cut}{gap}", "  ".repeat(depth), node.entity.reference.name()));
            node.children.iter().for_each(|child| draw(child, depth + 1, lines));
        }
        let mut lines = Vec::new();
        draw(node, 0, &mut lines);
        lines.join("\n")
    }

    fn tree(text: &str, direction: Direction, depth: usize) -> String {
        drawn(&deps(&testing::snapshot(), &testing::reference(text), direction, depth).unwrap())
    }

    #[test]
    fn the_tree_marks_cycles_and_gaps() {
        assert_eq!(
            tree("component:checkout", Direction::Needs, 9),
            "checkout\n  payments\n    payments\n      gone dangling\n      db\n        worker\n          payments Cycle"
        );
    }

    #[test]
    fn the_depth_is_kept_and_said() {
        assert_eq!(tree("component:payments", Direction::Needs, 1), "payments\n  gone dangling\n  db Depth");
    }

    #[test]
    fn a_system_stands_for_its_parts() {
        let tree = tree("system:money", Direction::Needs, 2);
        assert!(tree.starts_with("money\n  payments\n    gone dangling\n    db"), "{tree}");
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
        assert!(!impact.owners[0].owner.as_ref().unwrap().contacts.is_empty());
    }

    #[test]
    fn a_dangling_target_can_be_asked_for_and_an_unknown_one_cannot() {
        assert_eq!(tree("component:gone", Direction::NeededBy, 1), "gone dangling\n  payments Depth");
        assert!(deps(&testing::snapshot(), &testing::reference("api:no"), Direction::Needs, 1).is_err());
    }
}
