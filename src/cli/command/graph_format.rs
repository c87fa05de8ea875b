//! How a graph is printed.

use clap::ValueEnum;

/// How a graph is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum GraphFormat {
    /// For people.
    #[default]
    Text,
    /// In the envelope.
    Json,
    /// For Graphviz.
    Dot,
    /// For Mermaid.
    Mermaid,
}
