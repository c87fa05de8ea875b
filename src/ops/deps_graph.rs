//! A tree of dependencies as text for graph tools: Graphviz and Mermaid.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::deps::DepsNode;
use crate::catalog::{EntityRef, RelationType};
use crate::text::sanitize;

/// The tree in Graphviz's language. Names are safe text: no control character is in them.
pub fn dot(root: &DepsNode) -> String {
    let graph = Graph::of(root);
    let mut text = String::from("digraph deps {\n  rankdir=LR;\n  node [shape=box];\n");
    for (reference, node) in &graph.nodes {
        let style = if node.is_dangling { ", style=dashed" } else { "" };
        // writing into a String cannot fail
        let _ = writeln!(text, "  {} [label={}{style}];", quoted(reference.as_str()), quoted(&node.label));
    }
    for (from, relation, to) in &graph.edges {
        let (from, to) = (quoted(from.as_str()), quoted(to.as_str()));
        let _ = writeln!(text, "  {from} -> {to} [label={}];", quoted(relation.as_str()));
    }
    text.push_str("}\n");
    text
}

/// The tree in Mermaid's language.
pub fn mermaid(root: &DepsNode) -> String {
    let graph = Graph::of(root);
    let number: BTreeMap<_, _> =
        graph.nodes.keys().enumerate().map(|(at, reference)| (reference, at)).collect();
    let mut text = String::from("flowchart LR\n");
    for (reference, node) in &graph.nodes {
        let mark = if node.is_dangling { ":::dangling" } else { "" };
        let _ = writeln!(text, "  n{}[\"{}\"]{mark}", number[reference], entities(&node.label));
    }
    for (from, relation, to) in &graph.edges {
        let relation = entities(relation.as_str());
        let _ = writeln!(text, "  n{} -->|\"{relation}\"| n{}", number[from], number[to]);
    }
    text.push_str("  classDef dangling stroke-dasharray: 4\n");
    text
}

/// The entities and the relations of a tree, each once.
struct Graph<'a> {
    nodes: BTreeMap<&'a EntityRef, Node>,
    edges: Vec<(&'a EntityRef, &'a RelationType, &'a EntityRef)>,
}

struct Node {
    label: String,
    is_dangling: bool,
}

impl<'a> Graph<'a> {
    fn of(root: &'a DepsNode) -> Self {
        let mut graph = Self { nodes: BTreeMap::new(), edges: Vec::new() };
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            let (entity, reference) = (&node.entity, &node.entity.reference);
            let label = format!("{}: {}", reference.kind(), entity.name.raw());
            let label = sanitize(&label).into_owned();
            graph.nodes.insert(reference, Node { label, is_dangling: entity.is_dangling });
            for child in &node.children {
                if let Some(via) = &child.via {
                    graph.edges.push((reference, via, &child.entity.reference));
                }
                waiting.push(child);
            }
        }
        graph.edges.sort();
        graph.edges.dedup();
        graph
    }
}

/// A string of Graphviz's language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", sanitize(text).replace('\\', "\\\\").replace('"', "\\\""))
}

/// Text inside of Mermaid's quotes, which knows no escapes but these.
fn entities(text: &str) -> String {
    sanitize(text).replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::deps::{Direction, deps};
    use crate::ops::testing;

    fn tree() -> DepsNode {
        deps(&testing::snapshot(), &testing::reference("component:payments"), Direction::Needs, 1).unwrap()
    }

    #[test]
    fn dot_names_every_entity_once_and_marks_gaps() {
        assert_eq!(
            dot(&tree()),
            "digraph deps {\n  rankdir=LR;\n  node [shape=box];\n  \
             \"component:default/gone\" [label=\"component: gone\", style=dashed];\n  \
             \"component:default/payments\" [label=\"component: Payments API\"];\n  \
             \"resource:default/db\" [label=\"resource: db\"];\n  \
             \"component:default/payments\" -> \"component:default/gone\" [label=\"dependsOn\"];\n  \
             \"component:default/payments\" -> \"resource:default/db\" [label=\"dependsOn\"];\n}\n"
        );
    }

    #[test]
    fn mermaid_names_every_entity_once_and_marks_gaps() {
        assert_eq!(
            mermaid(&tree()),
            "flowchart LR\n  n0[\"component: gone\"]:::dangling\n  n1[\"component: Payments API\"]\n  \
             n2[\"resource: db\"]\n  n1 -->|\"dependsOn\"| n0\n  n1 -->|\"dependsOn\"| n2\n  \
             classDef dangling stroke-dasharray: 4\n"
        );
    }

    #[test]
    fn foreign_names_cannot_leave_their_quotes() {
        assert_eq!(quoted("a\"]; evil \\"), "\"a\\\"]; evil \\\\\"");
        assert_eq!(entities("a\"]<b>#"), "a#quot;]#lt;b#gt;#35;");
    }
}
