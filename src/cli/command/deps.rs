//! `callboard deps`: the tree of what an entity needs, or of what needs it.

use std::io;

use clap::{Args, ValueEnum};

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, span};
use crate::ops::deps::{Cut, DepsNode, Direction, MAX_DEPTH, deps};
use crate::ops::{dot, mermaid, resolve};

/// Shows what an entity depends on, as a tree; cycles and targets that do not exist are marked.
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
    output: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
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

impl Deps {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = resolve(&catalog.snapshot, &self.reference)?;
        let direction = if self.reverse { Direction::NeededBy } else { Direction::Needs };
        let tree = deps(&catalog.snapshot, &reference, direction, self.depth)?;
        let printer = &mut session.printer;
        let format = if session.options.json { Format::Json } else { self.output };
        match format {
            Format::Json => printer.json(&Envelope::new("deps", catalog.meta(), vec![tree]))?,
            Format::Dot => printer.lines(&dot(&tree))?,
            Format::Mermaid => printer.lines(&mermaid(&tree))?,
            Format::Text => print(printer, &tree, ("", ""))?,
        }
        Ok(Verdict::Done)
    }
}

/// Prints a node and what hangs below it. `lead` is what stands before its line and before those below.
fn print(printer: &mut Printer, node: &DepsNode, lead: (&str, &str)) -> io::Result<()> {
    let (first, rest) = lead;
    let mark = match (node.entity.is_dangling, node.cut) {
        (true, _) => span(Meaning::Warning, "  not in the catalog"),
        (_, Some(Cut::Cycle)) => span(Meaning::Warning, "  a cycle: it stands above"),
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
