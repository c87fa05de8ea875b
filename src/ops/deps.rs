//! What an entity depends on, and what depends on it, as a tree.

use std::collections::HashSet;

use serde::Serialize;

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
        let stands_for = Standing::of(node.via.as_ref());
        let next = steps(self.snapshot, reference, self.direction, stands_for)?;
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

/// What a system or a domain is in a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// All of its parts: the walk begins at it, or at a whole that it is a part of.
    Whole,
    /// Itself alone.
    One,
}

impl Standing {
    /// That of what a relation led to; without one the walk begins there.
    pub(super) fn of(via: Option<&RelationType>) -> Self {
        if via.is_none_or(|via| *via == RelationType::HasPart) { Self::Whole } else { Self::One }
    }
}

/// What follows an entity.
pub(super) fn steps(
    snapshot: &Snapshot,
    reference: &EntityRef,
    direction: Direction,
    standing: Standing,
) -> Result<Vec<(RelationType, EntityRef)>> {
    let types = match direction {
        Direction::Needs => &NEEDS,
        Direction::NeededBy => &NEEDED_BY,
    };
    let stands_for_parts = standing == Standing::Whole && matches!(reference.kind(), "system" | "domain");
    let relations = snapshot.relations(reference)?.into_iter();
    let followed = relations.filter(|it| {
        types.contains(&it.relation) || (stands_for_parts && it.relation == RelationType::HasPart)
    });
    Ok(followed.map(|it| (it.relation, it.target)).collect())
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
    fn a_domain_stands_for_its_systems_with_their_parts() {
        let tree = |depth| {
            drawn(
                &deps(&testing::wholes(), &testing::reference("domain:all"), Direction::NeededBy, depth)
                    .unwrap(),
            )
        };
        assert_eq!(tree(9), "all\n  a\n    x\n  b\n    y\n      user");
        assert_eq!(tree(1), "all\n  a Depth\n  b Depth");
    }

    #[test]
    fn a_dangling_target_can_be_asked_for_and_an_unknown_one_cannot() {
        assert_eq!(tree("component:gone", Direction::NeededBy, 1), "gone dangling\n  payments Depth");
        assert!(deps(&testing::snapshot(), &testing::reference("api:no"), Direction::Needs, 1).is_err());
    }
}
