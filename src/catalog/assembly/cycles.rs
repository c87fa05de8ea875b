//! Circles in a graph of numbers, found without recursion.

/// The circles that paths through a graph run into, each once, as the nodes along it.
pub(super) fn cycles(nodes: usize, next: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; nodes];
    let mut found = Vec::new();
    for start in 0..nodes {
        if marks[start] != Mark::New {
            continue;
        }
        let mut path = vec![(start, next(start))];
        marks[start] = Mark::Open;
        while let Some((node, left)) = path.last_mut() {
            let node = *node;
            match left.pop() {
                None => {
                    marks[node] = Mark::Done;
                    path.pop();
                }
                Some(target) if target >= nodes => {}
                Some(target) => match marks[target] {
                    Mark::New => {
                        marks[target] = Mark::Open;
                        path.push((target, next(target)));
                    }
                    Mark::Open => {
                        let from = path.iter().position(|(node, _)| *node == target).unwrap_or_default();
                        found.push(path[from..].iter().map(|(node, _)| *node).collect());
                    }
                    Mark::Done => {}
                },
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_once_and_shared_ends_are_none() {
        let graph = [vec![1], vec![2], vec![0], vec![0, 4], vec![4], vec![9]];
        let found = cycles(graph.len(), |node| graph[node].clone());
        assert_eq!(found, [vec![0, 1, 2], vec![4]]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        assert_eq!(cycles(200_000, |node| vec![node + 1]).len(), 0);
    }
}
