//! Which nodes of a graph lead back to themselves. Knows numbers only.

/// The circle that each node belongs to, as a number. Two nodes have the same exactly where each leads to the
/// other; a node on no circle has one of its own.
pub(in crate::ops) fn circles(nodes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut forth = vec![Vec::new(); nodes];
    let mut back = vec![Vec::new(); nodes];
    for (from, to) in edges {
        forth[*from].push(*to);
        back[*to].push(*from);
    }
    // Kosaraju's way: what a node that was left last can be reached from belongs to its circle.
    let mut circles = vec![usize::MAX; nodes];
    for start in left_in_order(&forth).into_iter().rev() {
        let mut waiting = vec![start];
        while let Some(node) = waiting.pop() {
            if circles[node] == usize::MAX {
                circles[node] = start;
                waiting.extend(&back[node]);
            }
        }
    }
    circles
}

/// The nodes in the order in which a walk through all of them leaves them. A stack of its own, because a chain
/// may be as long as the graph is large.
fn left_in_order(next: &[Vec<usize>]) -> Vec<usize> {
    let mut seen = vec![false; next.len()];
    let mut left = Vec::new();
    for start in 0..next.len() {
        let mut path = vec![(start, 0)];
        while let Some((node, step)) = path.pop() {
            if step == 0 && std::mem::replace(&mut seen[node], true) {
                continue;
            }
            match next[node].get(step) {
                Some(to) => path.extend([(node, step + 1), (*to, 0)]),
                None => left.push(node),
            }
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_that_lead_to_each_other_are_of_one_circle() {
        // 2 lies on a circle by an edge into what was left before; 3 leads into it, 4 out of it.
        let found = circles(6, &[(0, 1), (1, 0), (0, 2), (2, 1), (3, 0), (1, 4), (5, 5)]);
        assert!(found[0] == found[1] && found[1] == found[2]);
        let mut others = vec![found[0], found[3], found[4], found[5]];
        others.dedup();
        assert_eq!(others.len(), 4, "{found:?}");
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let edges: Vec<_> = (1..200_000).map(|node| (node - 1, node)).collect();
        assert_eq!(circles(200_000, &edges)[199_999], 199_999);
    }
}
