//! A graph in Graphviz's language.

use std::fmt::Write as _;

use super::Graph;
use super::model::{Mark, Node};
use crate::catalog::EntityRef;
use crate::text::sanitize;

/// The graph in Graphviz's language. Its texts are safe: no control character is in them.
pub fn dot(graph: &Graph) -> String {
    let mut text = String::from("digraph callboard {\n  rankdir=LR;\n  node [shape=box];\n");
    for entity in graph.nodes.iter().filter(|(_, node)| node.group.is_none()) {
        node(&mut text, entity);
    }
    for (number, label) in graph.groups.iter().enumerate() {
        // writing into a String cannot fail
        let _ = writeln!(text, "  subgraph cluster_{number} {{\n  label={};", lines(label));
        for entity in graph.nodes.iter().filter(|(_, node)| node.group == Some(number)) {
            node(&mut text, entity);
        }
        text.push_str("  }\n");
    }
    for edge in &graph.edges {
        let (from, to) = (quoted(edge.from.as_str()), quoted(edge.to.as_str()));
        let style = if edge.is_in_circle { ", style=bold" } else { "" };
        let _ = writeln!(text, "  {from} -> {to} [label={}{style}];", quoted(&edge.label));
    }
    text.push_str("}\n");
    text
}

fn node(text: &mut String, (reference, node): (&EntityRef, &Node)) {
    let style = match node.mark {
        Mark::Root => ", style=bold",
        Mark::Dangling => ", style=dashed",
        Mark::None => "",
    };
    let _ = writeln!(text, "  {} [label={}{style}];", quoted(reference.as_str()), lines(&node.label));
}

/// Lines as one string of the language.
fn lines(lines: &[String]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", lines.join("\\n"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    sanitize(text).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::graph::testing::{spread, tree};

    #[test]
    fn every_entity_stands_there_once_and_gaps_and_ends_are_marked() {
        assert_eq!(
            dot(&tree(1)),
            "digraph callboard {\n  rankdir=LR;\n  node [shape=box];\n  \
             \"component:default/gone\" [label=\"component:gone\", style=dashed];\n  \
             \"component:default/payments\" [label=\"component:payments\\nPayments API\", style=bold];\n  \
             \"resource:default/db\" [label=\"resource:db\\n… more below\"];\n  \
             \"component:default/payments\" -> \"component:default/gone\" [label=\"dependsOn\"];\n  \
             \"component:default/payments\" -> \"resource:default/db\" [label=\"dependsOn\"];\n}\n"
        );
    }

    #[test]
    fn owners_are_boxes_around_what_is_theirs() {
        let text = dot(&spread("api:payments"));
        let group = "  subgraph cluster_0 {\n  label=\"team-shop\";\n  \"component:default/checkout\" \
                     [label=\"component:checkout\\n1 step away\"];\n  }\n";
        assert!(text.contains(group), "{text}");
    }

    #[test]
    fn foreign_names_cannot_leave_their_quotes() {
        assert_eq!(quoted("a\"]; evil \\"), "\"a\\\"]; evil \\\\\"");
    }
}
