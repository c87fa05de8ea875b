//! `callboard impact`: everything that breaks with an entity, by who has to know.

use std::io;

use clap::Args;

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, span};
use crate::ops::deps::{Impact as Answer, ImpactOnOwner, impact};
use crate::ops::resolve;

/// Shows everything that breaks with an entity, grouped by owner with the ways to reach them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard impact payments-db
  callboard impact payments-db --json | jq -r '.items[0].owners[].owner.ref'")]
pub(crate) struct Impact {
    /// The entity: kind:namespace/name, or a name that only one entity has.
    #[arg(value_name = "REF")]
    reference: String,
}

impl Impact {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = resolve(&catalog.snapshot, &self.reference)?;
        let answer = impact(&catalog.snapshot, &reference)?;
        if session.options.json {
            session.printer.json(&Envelope::new("impact", catalog.meta(), vec![answer]))?;
        } else {
            print(&mut session.printer, &answer)?;
        }
        Ok(Verdict::Done)
    }
}

fn print(printer: &mut Printer, answer: &Answer) -> io::Result<()> {
    let more = if answer.is_cut { " or more" } else { "" };
    let reference = answer.entity.reference.as_str();
    if answer.total == 0 {
        return printer.line([span(Meaning::Strong, reference), ": nothing in the catalog needs it".into()]);
    }
    let count = format!(": {}{more} break with it", answer.total);
    printer.line([span(Meaning::Strong, reference), count.into()])?;
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
        let through = format!("  through {}", impacted.through.humanize(None));
        let through = if impacted.distance > 1 { through } else { String::new() };
        let indent = "  ";
        printer.line([
            indent.into(),
            impacted.entity.reference.as_str().into(),
            span(Meaning::Dim, through),
        ])?;
    }
    Ok(())
}
