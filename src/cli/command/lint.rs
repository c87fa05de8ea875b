//! `callboard lint`: every problem of descriptors, where it stands and what to do about it.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::status::severity;
use crate::catalog::{Code, Problem, Severity};
use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, annotation, sarif, span};
use crate::error::{Error, ErrorKind};
use crate::number::noun;
use crate::ops::Cancel;
use crate::ops::lint::{LintReport, LintRequest, lint};
use crate::text;

/// Characters of a line that are shown; a problem further to the right shows the part around it.
const EXCERPT: usize = 100;

/// Characters that are shown before a problem far to the right.
const BEFORE: usize = 30;

/// Tells every problem of the descriptors below folders, or in single files, with its place and its fix.
#[derive(Debug, Args)]
#[command(after_help = "\
Looks at files as they are, without a configuration and without the cache.

Examples:
  callboard lint .
  callboard lint catalog-info.yaml --format github
  callboard lint . --format sarif > callboard.sarif
  callboard lint --explain CB0402

Ends with 1 when there is an error or a warning, with 2 when a path cannot be read; notes alone end with 0.")]
pub(crate) struct Lint {
    /// Folders of repositories, and descriptors; without any, the sources of --source, else this folder.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print the problems.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Explains a code instead, such as CB0402.
    #[arg(long, value_name = "CODE", conflicts_with = "paths")]
    explain: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people: the line, with a mark under the place.
    #[default]
    Text,
    /// In the envelope.
    Json,
    /// Annotations of GitHub Actions.
    Github,
    /// A SARIF 2.1.0 log, for code scanning.
    Sarif,
}

impl Lint {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        if let Some(code) = &self.explain {
            return explain(session, code);
        }
        if session.options.demo && self.paths.is_empty() {
            let error = Error::new(
                ErrorKind::Usage,
                "The sample's descriptors are inside of the program: lint reads files.",
            );
            return Err(error.with_hint("`callboard --demo status` tells the sample's problems.").into());
        }
        let report = lint(&self.request(session), &Cancel::new())?;
        let format = if session.options.json { Format::Json } else { self.format };
        let is_bad = report.problems.iter().any(|problem| problem.severity > Severity::Note);
        match format {
            Format::Json => session.printer.json(&Envelope::without_catalog("lint", vec![report]))?,
            Format::Github => {
                for problem in &report.problems {
                    session.printer.text(&annotation(problem))?;
                }
            }
            Format::Sarif => session.printer.json(&sarif(&report.problems))?,
            Format::Text => {
                print_problems(&mut session.printer, &report.problems, &|problem| report.excerpt(problem))?;
                summary(session, &report)?;
            }
        }
        Ok(if is_bad { Verdict::Findings } else { Verdict::Done })
    }

    fn request(&self, session: &Session) -> LintRequest {
        let mut paths = self.paths.clone();
        if paths.is_empty() {
            paths.extend(session.options.source.iter().map(PathBuf::from));
        }
        if paths.is_empty() {
            paths.push(".".into());
        }
        LintRequest { paths, working_dir: session.environment.working_dir().to_owned() }
    }
}

fn explain(session: &mut Session, id: &str) -> Outcome {
    let code = Code::from_id(&id.to_ascii_uppercase()).ok_or_else(|| {
        let all: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
        Error::new(ErrorKind::NotFound, format!("There is no code {id:?}."))
            .with_hint(format!("The codes are {}.", all.join(", ")))
    })?;
    let entry = code.entry();
    if session.options.json {
        session.printer.json(&Envelope::without_catalog("explain", vec![entry]))?;
        return Ok(Verdict::Done);
    }
    let printer = &mut session.printer;
    printer.line([span(Meaning::Strong, entry.id), "  ".into(), severity(entry.severity)])?;
    for paragraph in [entry.title, entry.explanation] {
        printer.text(paragraph)?;
    }
    printer.line([span(Meaning::Dim, "Backstage: "), entry.stock.into()])?;
    Ok(Verdict::Done)
}

/// Prints problems as a compiler does. `excerpt` knows the line of a problem, where there is one.
pub(super) fn print_problems(
    printer: &mut Printer,
    problems: &[Problem],
    excerpt: &dyn Fn(&Problem) -> Option<String>,
) -> io::Result<()> {
    for problem in problems {
        let level = severity(problem.severity);
        let meaning = level.meaning;
        let code = span(meaning, format!("[{}]", problem.code));
        printer.line([level, code, span(Meaning::Strong, format!(": {}", problem.message))])?;
        let line = problem.origin.position.line.to_string();
        let margin = " ".repeat(line.len());
        printer.line([span(Meaning::Dim, format!("{margin}--> ")), problem.origin.location().into()])?;
        if let Some(text) = excerpt(problem) {
            let (shown, before) = window(&text, problem.origin.position.column);
            printer.line([span(Meaning::Dim, format!("{margin} |"))])?;
            printer.line([span(Meaning::Dim, format!("{line} | ")), shown.into()])?;
            printer.line([
                span(Meaning::Dim, format!("{margin} | ")),
                " ".repeat(before).into(),
                span(meaning, "^"),
            ])?;
        }
        let elsewhere = problem.elsewhere().map(|words| format!("note: {words}"));
        let fix = problem.fix.iter().map(|fix| format!("help: {fix}"));
        let stock = Code::from_id(&problem.code).map(|code| format!("Backstage: {}", code.entry().stock));
        for words in elsewhere.into_iter().chain(fix).chain(stock) {
            printer.line([span(Meaning::Dim, format!("{margin} = ")), words.into()])?;
        }
        printer.blank()?;
    }
    Ok(())
}

/// The part of a line around a column, safe to show, and the cells before the column.
fn window(line: &str, column: u32) -> (String, usize) {
    let at = (column as usize).saturating_sub(1);
    let first = if at < EXCERPT - BEFORE { 0 } else { at - BEFORE };
    let shown: String = line.chars().skip(first).take(EXCERPT).collect();
    let before: String = line.chars().skip(first).take(at - first).collect();
    (text::sanitize(&shown).into_owned(), text::width(&text::sanitize(&before)))
}

fn summary(session: &mut Session, report: &LintReport) -> io::Result<()> {
    let of = |severity| report.problems.iter().filter(|problem| problem.severity == severity).count();
    if report.files == 0 {
        return session.printer.text(
            "No descriptor was found. Folders are searched for catalog-info.yaml; a file of another name is read when it is named.",
        );
    }
    session.printer.text(&format!(
        "{}, {}, {} in {} with {}",
        count(of(Severity::Error), "error"),
        count(of(Severity::Warning), "warning"),
        count(of(Severity::Note), "note"),
        count(report.files, "file"),
        count(report.entities, "entity"),
    ))
}

fn count(number: usize, one: &str) -> String {
    format!("{number} {}", noun(number as u64, one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_under_the_place_also_behind_wide_letters() {
        assert_eq!(window("名: x", 4), ("名: x".to_owned(), 4));
    }

    #[test]
    fn a_place_far_to_the_right_shows_what_is_around_it() {
        let line = format!("{}here", "x".repeat(10_000));
        let (shown, before) = window(&line, 10_001);
        assert_eq!(before, BEFORE);
        assert!(shown.ends_with("here"));
    }
}
