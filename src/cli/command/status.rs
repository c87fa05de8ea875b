//! `callboard status` and `callboard sync`: the sources, their counts, ages and problems.

use std::io;

use clap::Args;
use jiff::Timestamp;

use super::changes;
use super::lint::print_problems;
use crate::catalog::{Problem, Severity};
use crate::cli::failure::{Failure, Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, Span, Table, span};
use crate::cli::{Catalog, Session};
use crate::error::{Error, ErrorKind};
use crate::number::{counted, noun, thousands};
use crate::ops::problems::{PlacedProblem, problems};
use crate::ops::sources::{Health, SourceView};
use crate::ops::status::{Status as Report, status};
use crate::ops::{self, age};

/// Shows the sources, how many entities they have, how old they are, and their problems.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard status
  callboard status --problems
  callboard status --changes --since 36h")]
pub(crate) struct Status {
    /// Shows what changed instead: entities added, removed, moved or with other owners and fields.
    #[arg(long)]
    changes: bool,
    /// Tells each problem instead, with its place and its fix; errors first.
    #[arg(long, conflicts_with = "changes")]
    problems: bool,
    /// How far back, such as 36h or 2w; at most 30d.
    #[arg(long, default_value = "7d", value_name = "TIME", requires = "changes")]
    since: String,
}

impl Status {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        if self.changes {
            return changes::run(session, &self.since);
        }
        let portal = session.portal()?;
        let catalog = match session.catalog_of(portal.clone()) {
            // Why, the table tells of each.
            Err(error) if !session.options.json && has_nothing(&error) => {
                let views = ops::sources::sources(&portal);
                sources(&mut session.printer, &views, portal.now())?;
                let is_told = views.iter().all(|view| view.why.is_some());
                let short = || Error::new(error.kind(), "No source could be read.");
                return Err(if is_told { short() } else { error }.into());
            }
            catalog => catalog?,
        };
        // The table tells it itself.
        if self.problems || session.options.json {
            session.tell_age(&catalog);
        }
        if self.problems {
            return told(session, &catalog);
        }
        report(session, &catalog, "status")?;
        Ok(Verdict::Done)
    }
}

/// Whether an error says that there is nothing to tell of but the sources.
fn has_nothing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unreachable | ErrorKind::NotFound)
}

fn report(session: &mut Session, catalog: &Catalog, command: &str) -> Result<(), Failure> {
    let report = status(&catalog.portal, &catalog.snapshot)?;
    if session.options.json {
        session.printer.json(&Envelope::new(command, catalog.meta(), vec![report]))?;
    } else {
        print(&mut session.printer, catalog, &report)?;
    }
    Ok(())
}

/// Tells each problem.
fn told(session: &mut Session, catalog: &Catalog) -> Outcome {
    let found = problems(&catalog.portal, &catalog.snapshot, None)?;
    if session.options.json {
        session.printer.json(&Envelope::new("problems", catalog.meta(), found.items))?;
        return Ok(Verdict::Done);
    }
    let left = found.total - found.items.len();
    let told: Vec<_> = found.items.iter().map(|it| located(it, catalog)).collect();
    print_problems(&mut session.printer, &told, &|_| None)?;
    match left {
        0 => session.printer.text(&counted(found.total, "problem"))?,
        left => session.printer.text(&format!(
            "{}; {} of them are not shown.",
            counted(found.total, "problem"),
            thousands(left)
        ))?,
    }
    Ok(Verdict::Done)
}

/// The problem with the path that an editor opens, or with its source before the path.
fn located(placed: &PlacedProblem, catalog: &Catalog) -> Problem {
    let mut problem = placed.problem.clone();
    let origin = &mut problem.origin;
    if let Some(file) = &placed.file {
        origin.path = file.to_string_lossy().into();
    } else if catalog.meta().sources.len() > 1 {
        origin.path = format!("{}: {}", origin.source, origin.path).into();
    }
    problem
}

fn print(printer: &mut Printer, catalog: &Catalog, report: &Report) -> io::Result<()> {
    let now = catalog.portal.now();
    let kinds: Vec<_> = report.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let entities =
        span(Meaning::Strong, format!("{} {}", report.entities(), noun(report.entities(), "entity")));
    printer.line([entities, span(Meaning::Dim, format!("  {}", kinds.join(", ")))])?;
    printer.blank()?;
    sources(printer, &report.sources, now)?;
    if report.problems.is_empty() {
        return Ok(());
    }
    printer.blank()?;
    let mut problems = Table::new(&["code", "severity", "count", "problem"]);
    for problem in &report.problems {
        problems.row([
            problem.code.clone().into(),
            severity(problem.severity),
            problem.count.to_string().into(),
            problem.title.clone().into(),
        ]);
    }
    problems.always_headed().print(printer)?;
    printer.line([span(Meaning::Dim, "`callboard status --problems` tells each with its place.")])
}

/// The sources as a table, and below it why those that are not fresh are not.
fn sources(printer: &mut Printer, sources: &[SourceView], now: Timestamp) -> io::Result<()> {
    let mut table =
        Table::new(&["source", "kind", "state", "entities", "problems", "age", "next sync", "where"]);
    for source in sources {
        let meaning = if source.health == Health::Fresh { Meaning::Plain } else { Meaning::Warning };
        let next = source.next_at.map_or(String::new(), |next| age::until(now, next));
        table.row([
            source.id.to_string().into(),
            source.kind.into(),
            span(meaning, source.health.word()),
            source.entities.to_string().into(),
            source.problems.to_string().into(),
            span(meaning, source.as_of.map_or_else(|| "never".to_owned(), |as_of| age::words(as_of, now))),
            next.into(),
            span(Meaning::Dim, source.location.clone()),
        ]);
    }
    table.always_headed().print(printer)?;
    for source in sources {
        let Some(why) = &source.why else { continue };
        let hint = source.hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
        printer.line([span(Meaning::Warning, format!("{}: {why}{hint}", source.id))])?;
        // Of a single one the line above says it all.
        for part in source.parts.iter().filter(|_| source.parts.len() > 1) {
            printer.line([span(Meaning::Plain, format!("  {}", ops::sources::told(part, now)))])?;
        }
    }
    Ok(())
}

/// How bad something is, as a word with its meaning.
pub(super) fn severity(severity: Severity) -> Span<'static> {
    let meaning = match severity {
        Severity::Error => Meaning::Bad,
        Severity::Warning => Meaning::Warning,
        Severity::Note => Meaning::Dim,
    };
    span(meaning, severity.word())
}
