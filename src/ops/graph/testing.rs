//! Graphs of the catalog of tests.

use super::Graph;
use crate::ops::deps::{Direction, deps};
use crate::ops::impact::impact;
use crate::ops::testing;

/// What `component:payments` needs, so many steps deep.
pub(super) fn tree(depth: usize) -> Graph {
    let root = testing::reference("component:payments");
    Graph::of_tree(&deps(&testing::snapshot(), &root, Direction::Needs, depth).unwrap())
}

/// What breaks with an entity.
pub(super) fn spread(reference: &str) -> Graph {
    Graph::of_impact(&impact(&testing::snapshot(), &testing::reference(reference)).unwrap())
}
