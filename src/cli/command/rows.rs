//! Entities as rows, in every format that a list has.

use clap::ValueEnum;

use crate::catalog::EntityRef;
use crate::cli::failure::Failure;
use crate::cli::output::{Envelope, Meaning, Span, Table, csv_line, span};
use crate::cli::{Catalog, Session};
use crate::ops::EntityRow;
use crate::text::Untrusted;

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum RowFormat {
    /// Reference, owner, lifecycle and title, cut to fit a terminal.
    #[default]
    Table,
    /// The table with type, system, tags and number of problems.
    Wide,
    /// One JSON document, in the envelope.
    Json,
    /// One JSON object on each line.
    Ndjson,
    /// Comma separated values with a heading.
    Csv,
    /// References alone.
    Name,
}

const WIDE: [&str; 8] = ["ref", "owner", "lifecycle", "type", "system", "tags", "problems", "title"];

/// Prints rows. A row serialises to its JSON, and `entity` finds the entity in it.
pub(super) fn print<T: serde::Serialize>(
    session: &mut Session,
    catalog: &Catalog,
    request: (&str, RowFormat),
    rows: impl Iterator<Item = T>,
    entity: impl Fn(&T) -> &EntityRow,
) -> Result<(), Failure> {
    let (command, format) = request;
    let format = if session.options.json { RowFormat::Json } else { format };
    let printer = &mut session.printer;
    match format {
        RowFormat::Json => printer.json(&Envelope::new(command, catalog.meta(), rows.collect::<Vec<T>>()))?,
        RowFormat::Ndjson => {
            for row in rows {
                printer.json_line(&row)?;
            }
        }
        RowFormat::Name => {
            for row in rows {
                printer.text(entity(&row).reference.as_str())?;
            }
        }
        RowFormat::Csv => {
            printer.text(&csv_line(WIDE))?;
            for row in rows {
                let fields = wide(entity(&row), |reference, _| reference.to_string());
                printer.text(&csv_line(fields.iter().map(|field| &*field.text)))?;
            }
        }
        RowFormat::Table | RowFormat::Wide => {
            let is_wide = format == RowFormat::Wide;
            let mut table =
                if is_wide { Table::new(&WIDE) } else { Table::new(&["ref", "owner", "lifecycle", "title"]) };
            for row in rows {
                let row = entity(&row);
                if is_wide { table.row(shown(row)) } else { table.row(narrow(row)) }
            }
            table.print(printer)?;
        }
    }
    Ok(())
}

fn narrow(row: &EntityRow) -> Vec<Span<'static>> {
    let mut fields = shown(row);
    let title = fields.pop();
    fields.truncate(3);
    fields.extend(title);
    fields
}

/// The fields for people, who are told which owner is inherited.
fn shown(row: &EntityRow) -> Vec<Span<'static>> {
    let mut fields = wide(row, short);
    if let (Some(owner), Some(label)) = (fields.get_mut(1), row.owner_label()) {
        *owner = label.into();
    }
    fields
}

/// A reference as people read it where its kind is expected.
fn short(reference: &EntityRef, kind: &str) -> String {
    reference.humanize(Some(kind))
}

fn wide(row: &EntityRow, name: fn(&EntityRef, &str) -> String) -> Vec<Span<'static>> {
    let text = |text: &Option<Untrusted<'_>>| text.as_ref().map_or(String::new(), |it| it.raw().to_owned());
    let tags: Vec<_> = row.tags.iter().map(Untrusted::raw).collect();
    let problems = if row.problems == 0 { String::new() } else { row.problems.to_string() };
    vec![
        row.reference.to_string().into(),
        row.owner.as_ref().map_or(String::new(), |owner| name(owner, "group")).into(),
        if row.gone { span(Meaning::Warning, "gone") } else { text(&row.lifecycle).into() },
        text(&row.spec_type).into(),
        row.system.as_ref().map_or(String::new(), |system| name(system, "system")).into(),
        tags.join(" ").into(),
        span(Meaning::Warning, problems),
        span(Meaning::Dim, text(&row.title)),
    ]
}
