//! `callboard impact`: everything that breaks with an entity, by who has to know.

use std::io;

use clap::Args;

use super::graph_format::GraphFormat;

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, span};
use crate::number;
use crate::ops::graph::{Graph, dot, mermaid};
use crate::ops::impact::{Impact as Answer, ImpactOnOwner, impact};
use crate::ops::resolve_referred;

/// Shows everything that breaks with an entity, grouped by owner with the ways to reach them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard impact payments-db
  callboard impact payments-db -o mermaid   a picture for a post-mortem
  callboard impact payments-db --json | jq -r '.items[0].owners[].owner.ref'")]
pub(crate) struct Impact {
    /// The entity: kind:namespace/name, or a name that only one entity has.
    #[arg(value_name = "REF")]
    reference: String,
    /// How to print it.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: GraphFormat,
}

impl Impact {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = resolve_referred(&catalog.snapshot, &self.reference)?;
        let mut answer = impact(&catalog.snapshot, &reference)?;
        answer.locate(&catalog.portal);
        let format = if session.options.json { GraphFormat::Json } else { self.output };
        if answer.is_cut && matches!(format, GraphFormat::Dot | GraphFormat::Mermaid) {
            session.warn(&format!(
                "More breaks than the {} that are drawn.",
                number::counted(answer.total, "entity")
            ));
        }
        let printer = &mut session.printer;
        match format {
            GraphFormat::Json => printer.json(&Envelope::new("impact", catalog.meta(), vec![answer]))?,
            GraphFormat::Dot => printer.lines(&dot(&Graph::of_impact(&answer)))?,
            GraphFormat::Mermaid => printer.lines(&mermaid(&Graph::of_impact(&answer)))?,
            GraphFormat::Text => print(printer, &answer)?,
        }
        Ok(Verdict::Done)
    }
}

fn print(printer: &mut Printer, answer: &Answer) -> io::Result<()> {
    let more = if answer.is_cut { " or more" } else { "" };
    let breaks = match answer.total {
        0 => ": nothing in the catalog needs it".to_owned(),
        1 => ": 1 breaks with it".to_owned(),
        total => format!(": {}{more} break with it", number::thousands(total)),
    };
    let gone = if answer.entity.is_dangling { " (not in the catalog)" } else { "" };
    printer.line([
        span(Meaning::Strong, answer.entity.reference.as_str()),
        span(Meaning::Warning, gone),
        breaks.into(),
        span(Meaning::Warning, in_circle(answer.is_in_cycle)),
    ])?;
    answer.owners.iter().try_for_each(|group| print_group(printer, group))
}

fn print_group(printer: &mut Printer, group: &ImpactOnOwner) -> io::Result<()> {
    printer.line([])?;
    match &group.owner {
        Some(owner) => {
            let reach: Vec<_> = owner.contacts.iter().map(|contact| contact.label.raw()).collect();
            let reach = if reach.is_empty() { String::new() } else { format!("  {}", reach.join(", ")) };
            let name = owner.reference.humanize(Some("group"));
            printer.line([span(Meaning::Strong, name), span(Meaning::Dim, reach)])?;
        }
        None => printer.line([span(Meaning::Warning, "owned by nobody")])?,
    }
    for impacted in &group.entities {
        let steps = number::counted(impacted.distance, "step");
        let through = match impacted.distance {
            1 => format!("  {steps}"),
            _ => format!("  {steps}, through {}", impacted.through.humanize(None)),
        };
        let indent = "  ";
        printer.line([
            indent.into(),
            impacted.entity.reference.as_str().into(),
            span(Meaning::Dim, through),
            span(Meaning::Warning, in_circle(impacted.is_in_cycle)),
        ])?;
    }
    Ok(())
}

/// The mark of what breaks with what it breaks.
fn in_circle(is_in_cycle: bool) -> &'static str {
    if is_in_cycle { "  in a circle" } else { "" }
}
