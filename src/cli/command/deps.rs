//! `callboard deps`: the tree of what an entity needs, or of what needs it.

use std::io;

use clap::Args;

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, span};
use crate::ops::deps::{Cut, DepsNode, Direction, MAX_DEPTH, deps};
use crate::ops::graph::{Graph, dot, mermaid};
use crate::ops::resolve_referred;

use super::graph_format::GraphFormat;

/// Most entities that a note names.
const MAX_NAMED: usize = 5;

/// Shows what an entity depends on, as a tree; circles and targets that do not exist are marked.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard deps payments-api
  callboard deps payments-db --reverse      what breaks when it breaks
  callboard deps payments-api -o dot | dot -Tsvg > deps.svg")]
pub(crate) struct Deps {
    /// The entity: kind:namespace/name, or a name that only one entity has.
    #[arg(value_name = "REF")]
    reference: String,
    /// Shows what depends on it instead.
    #[arg(long)]
    reverse: bool,
    /// At most so many steps away.
    #[arg(long, value_name = "N", default_value_t = MAX_DEPTH)]
    depth: usize,
    /// How to print the tree.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: GraphFormat,
}

impl Deps {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = resolve_referred(&catalog.snapshot, &self.reference)?;
        let direction = if self.reverse { Direction::NeededBy } else { Direction::Needs };
        let tree = deps(&catalog.snapshot, &reference, direction, self.depth)?;
        if tree.entity.is_dangling && direction == Direction::Needs {
            let needed_by = deps(&catalog.snapshot, &reference, Direction::NeededBy, 1)?;
            session.note(&unknown_needs(&needed_by));
        }
        let printer = &mut session.printer;
        match if session.options.json { GraphFormat::Json } else { self.output } {
            GraphFormat::Json => printer.json(&Envelope::new("deps", catalog.meta(), vec![tree]))?,
            GraphFormat::Dot => printer.lines(&dot(&Graph::of_tree(&tree)))?,
            GraphFormat::Mermaid => printer.lines(&mermaid(&Graph::of_tree(&tree)))?,
            GraphFormat::Text => print(printer, &tree, ("", ""))?,
        }
        Ok(Verdict::Done)
    }
}

/// Says of an entity that is not in the catalog what is known all the same: what needs it.
fn unknown_needs(tree: &DepsNode) -> String {
    let reference = &tree.entity.reference;
    let nothing = format!("{reference} is not in the catalog, so what it needs is not known.");
    let named = tree.children.iter().take(MAX_NAMED).map(|child| child.entity.reference.as_str());
    match (named.collect::<Vec<_>>().join(", "), tree.children.len()) {
        (_, 0) => nothing,
        (named, ..=MAX_NAMED) => format!("{nothing} It is needed by {named}."),
        (named, count) => {
            format!(
                "{nothing} It is needed by {count}: {named} …; `callboard deps {reference} --reverse` shows them."
            )
        }
    }
}

/// Prints a node and what hangs below it. `lead` is what stands before its line and before those below.
fn print(printer: &mut Printer, node: &DepsNode, lead: (&str, &str)) -> io::Result<()> {
    let (first, rest) = lead;
    let mark = match (node.entity.is_dangling, node.cut) {
        (true, _) => span(Meaning::Warning, "  not in the catalog"),
        (_, Some(Cut::Cycle)) => span(Meaning::Warning, "  a circle: it stands above"),
        (_, Some(Cut::Repeated)) => span(Meaning::Dim, "  shown before"),
        (_, Some(Cut::Depth)) => span(Meaning::Dim, "  more below: raise --depth"),
        (_, Some(Cut::Limit)) => span(Meaning::Dim, "  more below: the tree is too large to show"),
        (false, None) => "".into(),
    };
    let via = node.via.as_ref().map_or(String::new(), |via| format!("{via} "));
    printer.line([
        span(Meaning::Dim, first),
        span(Meaning::Dim, via),
        node.entity.reference.as_str().into(),
        mark,
    ])?;
    for (at, child) in node.children.iter().enumerate() {
        let is_last = at + 1 == node.children.len();
        let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        print(printer, child, (&format!("{rest}{branch}"), &format!("{rest}{below}")))?;
    }
    Ok(())
}
