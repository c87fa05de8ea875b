//! `callboard status --changes`: what changed from reading to reading.

use std::io;

use jiff::Timestamp;
use serde_json::Value;

use crate::catalog::EntityRef;
use crate::catalog::change::{Change, ChangeKind, FieldChange, Place};
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, Span, span};
use crate::cli::{Catalog, Session};
use crate::ops::age;
use crate::ops::changes::{ChangeSet, Changes, ago, changes};
use crate::text;

/// Cells of a value; the JSON has more of it.
const VALUE: usize = 40;

/// Fields of one entity that the text names; the JSON has more.
const MAX_FIELDS: usize = 12;

/// The field that the change of an owner is told for.
const OWNER_FIELD: &str = "/spec/owner";

/// Shows what changed since so long ago as a text such as `7d` says.
pub(super) fn run(session: &mut Session, since: &str) -> Outcome {
    let catalog = session.catalog()?;
    let now = catalog.portal.now();
    let report = changes(&catalog.portal, &catalog.snapshot, ago(since, now)?);
    if session.options.json {
        session.printer.json(&Envelope::new("changes", catalog.meta(), vec![report]))?;
    } else {
        print(&mut session.printer, &catalog, &report, now)?;
    }
    Ok(Verdict::Done)
}

fn print(printer: &mut Printer, catalog: &Catalog, report: &Changes, now: Timestamp) -> io::Result<()> {
    for set in &report.readings {
        reading(printer, set, now, catalog.meta().sources.len() > 1)?;
        printer.blank()?;
    }
    if report.readings.is_empty() {
        printer.text(&format!("Nothing changed since {:.0}, as far as is known.", report.since))?;
    }
    let Some(known) = report.known_since else { return Ok(()) };
    printer.line([span(Meaning::Dim, format!("Changes are known since {known:.0}."))])
}

fn reading(printer: &mut Printer, set: &ChangeSet, now: Timestamp, has_sources: bool) -> io::Result<()> {
    let counts = format!("{} added, {} removed, {} changed", set.added, set.removed, set.changed);
    let at = format!("  {:.0}, {}", set.at, age::words(set.at, now));
    printer.line([span(Meaning::Strong, counts), span(Meaning::Dim, at)])?;
    for change in &set.changes {
        entity(printer, change, has_sources)?;
    }
    match set.left_out() {
        0 => Ok(()),
        more => printer.line([span(Meaning::Dim, format!("  … and {more} more, too many to keep"))]),
    }
}

fn entity(printer: &mut Printer, change: &Change, has_sources: bool) -> io::Result<()> {
    let (sign, meaning) = match change.kind {
        ChangeKind::Added => ("+", Meaning::Good),
        ChangeKind::Removed => ("-", Meaning::Bad),
        ChangeKind::Changed => ("~", Meaning::Warning),
    };
    let place = |place: &Place| {
        let source = if has_sources { format!(" ({})", place.source) } else { String::new() };
        format!("{}{source}", place.path)
    };
    printer.line([
        span(meaning, format!("  {sign} ")),
        change.reference.as_str().into(),
        span(Meaning::Dim, format!("  {}", place(&change.place))),
    ])?;
    if change.kind != ChangeKind::Changed {
        return Ok(());
    }
    if let Some(owner) = &change.owner {
        let (old, new) = (names(&owner.old), names(&owner.new));
        field(printer, "owner", &old, &new)?;
    }
    let told: Vec<&FieldChange> =
        change.fields.iter().filter(|field| change.owner.is_none() || field.pointer != OWNER_FIELD).collect();
    for change in told.iter().take(MAX_FIELDS) {
        field(printer, &change.path(), &value(change.old.as_ref()), &value(change.new.as_ref()))?;
    }
    let more = told.len().saturating_sub(MAX_FIELDS) + change.more_fields;
    if more > 0 {
        printer.line([span(Meaning::Dim, format!("      … and {more} more fields"))])?;
    }
    match &change.moved_from {
        Some(old) => field(printer, "file", &place(old), &place(&change.place)),
        None => Ok(()),
    }
}

fn field(printer: &mut Printer, name: &str, old: &str, new: &str) -> io::Result<()> {
    let name: Span<'_> = span(Meaning::Dim, format!("      {name}  "));
    printer.line([name, old.into(), span(Meaning::Dim, " → "), new.into()])
}

fn names(owners: &[EntityRef]) -> String {
    let names: Vec<_> = owners.iter().map(EntityRef::as_str).collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

fn value(value: Option<&Value>) -> String {
    let text = match value {
        None => return "none".to_owned(),
        Some(Value::String(text)) if !text.is_empty() => text.clone(),
        Some(value) => value.to_string(),
    };
    text::fit(&text, VALUE).into_owned()
}
