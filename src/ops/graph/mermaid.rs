//! A graph in Mermaid's language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Graph;
use super::model::{Mark, Node};
use crate::text::sanitize;

/// The graph in Mermaid's language. Its texts are safe: no control character is in them.
pub fn mermaid(graph: &Graph) -> String {
    let number: BTreeMap<_, _> = graph.nodes.keys().enumerate().map(|(at, node)| (node, at)).collect();
    let mut text = String::from("flowchart LR\n");
    for (reference, entity) in graph.nodes.iter().filter(|(_, node)| node.group.is_none()) {
        node(&mut text, number[reference], entity);
    }
    for (group, label) in graph.groups.iter().enumerate() {
        // writing into a String cannot fail
        let _ = writeln!(text, "  subgraph g{group}[\"{}\"]", lines(label));
        for (reference, entity) in graph.nodes.iter().filter(|(_, node)| node.group == Some(group)) {
            node(&mut text, number[reference], entity);
        }
        text.push_str("  end\n");
    }
    for edge in &graph.edges {
        let arrow = if edge.is_in_circle { "==>" } else { "-->" };
        let label = escaped(&edge.label);
        let _ = writeln!(text, "  n{} {arrow}|\"{label}\"| n{}", number[&edge.from], number[&edge.to]);
    }
    text.push_str("  classDef dangling stroke-dasharray: 4\n  classDef root stroke-width: 3px\n");
    text
}

fn node(text: &mut String, number: usize, node: &Node) {
    let mark = match node.mark {
        Mark::Root => ":::root",
        Mark::Dangling => ":::dangling",
        Mark::None => "",
    };
    let _ = writeln!(text, "  n{number}[\"{}\"]{mark}", lines(&node.label));
}

/// Lines inside of quotes.
fn lines(lines: &[String]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
    lines.join("<br/>")
}

/// Text inside of quotes, which know no escapes but these.
fn escaped(text: &str) -> String {
    sanitize(text).replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::graph::testing::{spread, tree};

    #[test]
    fn every_entity_stands_there_once_and_gaps_and_ends_are_marked() {
        assert_eq!(
            mermaid(&tree(1)),
            "flowchart LR\n  n0[\"component:gone\"]:::dangling\n  \
             n1[\"component:payments<br/>Payments API\"]:::root\n  n2[\"resource:db<br/>… more below\"]\n  \
             n1 -->|\"dependsOn\"| n0\n  n1 -->|\"dependsOn\"| n2\n  \
             classDef dangling stroke-dasharray: 4\n  classDef root stroke-width: 3px\n"
        );
    }

    #[test]
    fn owners_are_boxes_around_what_is_theirs() {
        let text = mermaid(&spread("api:payments"));
        let group = "  subgraph g0[\"team-shop\"]\n  n1[\"component:checkout<br/>1 step away\"]\n  end\n";
        assert!(text.contains(group), "{text}");
    }

    #[test]
    fn foreign_names_cannot_leave_their_quotes() {
        assert_eq!(escaped("a\"]<b>#"), "a#quot;]#lt;b#gt;#35;");
    }
}
