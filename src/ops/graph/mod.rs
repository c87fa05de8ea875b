//! Entities and the relations between them as a graph, and as text for the tools that draw one: Graphviz and
//! Mermaid.

mod circles;
mod dot;
mod mermaid;
mod model;
#[cfg(test)]
mod testing;

pub(super) use circles::circles;
pub use dot::dot;
pub use mermaid::mermaid;
pub use model::Graph;
