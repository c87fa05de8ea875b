//! The graph itself: each entity and each relation once, with what a drawing has to mark.

use std::collections::{BTreeMap, BTreeSet};

use super::circles;
use crate::catalog::{EntityRef, RelationType};
use crate::number;
use crate::ops::deps::{Cut, DepsNode};
use crate::ops::impact::Impact;
use crate::ops::show::Related;

/// Entities and relations, to be drawn. Its labels are foreign texts.
#[derive(Debug)]
pub struct Graph {
    /// The entities in the order of their references.
    pub(super) nodes: BTreeMap<EntityRef, Node>,
    /// The relations in order, none twice.
    pub(super) edges: Vec<Edge>,
    /// The groups that nodes name by number, each as the lines of its label.
    pub(super) groups: Vec<Vec<String>>,
}

/// An entity of a graph.
#[derive(Debug)]
pub(super) struct Node {
    /// The lines of its label.
    pub(super) label: Vec<String>,
    /// What sets it apart.
    pub(super) mark: Mark,
    /// The group that it belongs to.
    pub(super) group: Option<usize>,
}

/// What sets an entity of a graph apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It was asked for.
    Root,
    /// It is not in the catalog.
    Dangling,
    /// Nothing.
    None,
}

/// A relation of a graph.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) from: EntityRef,
    pub(super) to: EntityRef,
    /// The type, and whether it lies on a circle.
    pub(super) label: String,
    pub(super) is_in_circle: bool,
}

impl Graph {
    /// The graph of a tree. Where the tree ends early, its node says so.
    pub fn of_tree(root: &DepsNode) -> Self {
        let mut graph = Self { nodes: BTreeMap::new(), edges: Vec::new(), groups: Vec::new() };
        let mut edges = BTreeSet::new();
        let mut is_cut = BTreeMap::new();
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            let reference = &node.entity.reference;
            graph.add(&node.entity);
            // An entity that stands in the tree twice is cut off in the graph only where it is in both places.
            let ends_here = matches!(node.cut, Some(Cut::Depth | Cut::Limit));
            let goes_on = node.cut.is_none();
            let cut = is_cut.entry(reference.clone()).or_insert(ends_here);
            *cut = (*cut || ends_here) && !goes_on;
            for child in &node.children {
                if let Some(via) = &child.via {
                    edges.insert((reference.clone(), via.clone(), child.entity.reference.clone()));
                }
                waiting.push(child);
            }
        }
        for (reference, _) in is_cut.into_iter().filter(|(_, is_cut)| *is_cut) {
            graph.say(&reference, "… more below".to_owned());
        }
        graph.connect(&edges);
        graph.mark_root(&root.entity.reference);
        graph
    }

    /// The graph of everything that breaks with an entity, in groups by owner.
    pub fn of_impact(impact: &Impact) -> Self {
        let mut graph = Self { nodes: BTreeMap::new(), edges: Vec::new(), groups: Vec::new() };
        graph.add(&impact.entity);
        for of_owner in &impact.owners {
            let group = graph.groups.len();
            graph.groups.push(of_owner.owner.as_ref().map_or_else(
                || vec!["owned by nobody".to_owned()],
                |owner| {
                    let contacts = owner.contacts.iter().map(|contact| contact.label.raw().to_owned());
                    [owner.reference.humanize(Some("group"))].into_iter().chain(contacts).collect()
                },
            ));
            for impacted in &of_owner.entities {
                graph.add(&impacted.entity);
                let reference = &impacted.entity.reference;
                graph.say(reference, format!("{} away", number::counted(impacted.distance, "step")));
                if let Some(node) = graph.nodes.get_mut(reference) {
                    node.group = Some(group);
                }
            }
        }
        graph.connect(&impact.edges.iter().cloned().collect());
        graph.mark_root(&impact.entity.reference);
        graph
    }

    fn add(&mut self, entity: &Related) {
        let mut label = vec![entity.reference.humanize(None)];
        if !entity.name.raw().eq_ignore_ascii_case(entity.reference.name()) {
            label.push(entity.name.raw().to_owned());
        }
        let mark = if entity.is_dangling { Mark::Dangling } else { Mark::None };
        self.nodes.entry(entity.reference.clone()).or_insert(Node { label, mark, group: None });
    }

    fn say(&mut self, reference: &EntityRef, line: String) {
        if let Some(node) = self.nodes.get_mut(reference) {
            node.label.push(line);
        }
    }

    fn mark_root(&mut self, root: &EntityRef) {
        if let Some(node) = self.nodes.get_mut(root).filter(|node| node.mark == Mark::None) {
            node.mark = Mark::Root;
        }
    }

    /// Adds the relations between entities that are there.
    fn connect(&mut self, edges: &BTreeSet<(EntityRef, RelationType, EntityRef)>) {
        let number: BTreeMap<_, _> = self.nodes.keys().enumerate().map(|(at, node)| (node, at)).collect();
        let known =
            edges.iter().filter_map(|edge| Some((*number.get(&edge.0)?, *number.get(&edge.2)?, edge)));
        let known: Vec<_> = known.collect();
        let ends: Vec<_> = known.iter().map(|(from, to, _)| (*from, *to)).collect();
        let circles = circles(number.len(), &ends);
        let edge = |(from, to, (source, relation, target)): (
            usize,
            usize,
            &(EntityRef, RelationType, EntityRef),
        )| {
            let is_in_circle = circles[from] == circles[to];
            let label = if is_in_circle { format!("{relation} (circle)") } else { relation.to_string() };
            Edge { from: source.clone(), to: target.clone(), label, is_in_circle }
        };
        self.edges = known.into_iter().map(edge).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::graph::testing::{spread, tree};
    use crate::ops::testing;

    fn edges(graph: &Graph) -> Vec<String> {
        let edge = |edge: &Edge| format!("{} {} {}", edge.from.name(), edge.label, edge.to.name());
        graph.edges.iter().map(edge).collect()
    }

    #[test]
    fn what_leads_back_is_marked_and_what_is_missing_too() {
        let graph = tree(9);
        assert_eq!(
            edges(&graph),
            [
                "payments dependsOn gone",
                "payments dependsOn (circle) db",
                "worker dependsOn (circle) payments",
                "db dependsOn (circle) worker"
            ]
        );
        assert_eq!(graph.nodes[&testing::reference("component:gone")].mark, Mark::Dangling);
        assert_eq!(graph.nodes[&testing::reference("component:payments")].mark, Mark::Root);
    }

    #[test]
    fn where_the_depth_ends_there_is_more_below() {
        let graph = tree(1);
        assert_eq!(graph.nodes[&testing::reference("resource:db")].label, ["resource:db", "… more below"]);
        assert_eq!(graph.nodes[&testing::reference("component:gone")].label, ["component:gone"]);
    }

    #[test]
    fn what_breaks_stands_in_the_group_of_its_owner_with_its_distance() {
        let graph = spread("resource:db");
        assert_eq!(graph.groups[0], ["team-pay", "#pay", "pay@acme.dev"]);
        let worker = &graph.nodes[&testing::reference("component:worker")];
        assert_eq!(
            (worker.group, &worker.label[..]),
            (Some(0), &["component:worker".into(), "2 steps away".into()][..])
        );
        assert!(edges(&graph).contains(&"worker dependencyOf (circle) db".to_owned()), "{:?}", edges(&graph));
    }
}
