//! `callboard create`: from a template and answers to files on the disk.

use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use crate::catalog::yaml;
use crate::cli::failure::{Failure, Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, Span, span};
use crate::cli::{Session, portal};
use crate::error::{Error, ErrorKind, Result};
use crate::ops::create::{self, RunReport, RunStatus, StepResult};
use crate::ops::{Cancel, resolve_kind};
use crate::template::plan::{LeaveOut, Plan, Prospect};
use crate::tui::pane::create::Given;
use crate::tui::portal::First;

/// Bytes of a file of answers.
const MAX_VALUES: u64 = 4 << 20;

/// Makes something from a template: shows every step and file first, then makes all of it or nothing.
#[derive(Debug, Args)]
#[command(after_help = "\
On a terminal, what is missing is asked for by the portal's form, with the answers given so far. With --yes,
or where nobody can be asked, answers come from --set and --values alone, and what is missing is listed.

Examples:
  callboard template show new-service
  callboard create new-service --set name=wave-forecast --set owner=team-tracking --out wave-forecast --yes
  callboard create new-service --values answers.yaml --dry-run

Ends with 1 when not every step was done, 2 when answers are missing or wrong, 5 when the folder is occupied.")]
pub(crate) struct Create {
    /// The template, as a reference or a name; without one, the only one there is.
    #[arg(value_name = "TEMPLATE")]
    template: Option<String>,
    /// An answer; may be repeated, and wins over --values.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// A YAML or JSON file of answers.
    #[arg(long, value_name = "FILE")]
    values: Option<PathBuf>,
    /// The folder to make; it must be empty or not exist.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Shows what would be made and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Does not ask before it makes the files.
    #[arg(short, long)]
    yes: bool,
    /// Leaves steps that reach outside this machine, or are not known here, to you.
    #[arg(long)]
    skip_outside: bool,
}

impl Create {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = match &self.template {
            Some(name) => resolve_kind(&catalog.snapshot, name, "template")?,
            None => match create::find(&catalog.snapshot, None) {
                Err(error) if error.kind() == ErrorKind::Usage && self.may_ask(session) => {
                    return portal::open_at(
                        session,
                        &catalog.portal,
                        First::Catalog("kind:template ".to_owned()),
                    );
                }
                found => found?,
            },
        };
        let mut prepared = create::prepare(&catalog.snapshot, &reference)?;
        let here = session.environment.working_dir();
        let values = self.values.as_deref().map(|file| read_values(&here.join(file))).transpose()?;
        create::answer(&mut prepared.form, values.as_ref(), &self.set)?;
        let is_complete = self.out.is_some() && create::submit(&prepared.form).is_ok();
        if !is_complete && self.may_ask(session) {
            let out = self.out.as_ref().map(|out| out.to_string_lossy().into_owned());
            let given = Given { values, flags: self.set.clone(), out };
            return portal::open_at(session, &catalog.portal, First::Create(reference, given));
        }
        let answers = create::submit(&prepared.form)?;
        let plan = create::plan(&catalog.portal, &catalog.snapshot, &prepared, &answers)?;
        let leave_out = if self.skip_outside { LeaveOut::Outside } else { LeaveOut::Nothing };
        let obstacles = plan.obstacles(leave_out);
        if self.out.is_none() && !self.dry_run {
            let error = Error::new(ErrorKind::Usage, "No folder was named for the files.");
            return Err(error
                .with_hint("Name one with --out DIR, or look at the plan with --dry-run.")
                .into());
        }
        let Some(out) = self.out.as_ref().filter(|_| !self.dry_run) else {
            if session.options.json {
                session.printer.json(&Envelope::new("create", catalog.meta(), vec![plan]))?;
            } else {
                print_plan(&mut session.printer, &plan, self.out.as_deref())?;
            }
            for obstacle in &obstacles {
                session.warn(obstacle);
            }
            return Ok(if obstacles.is_empty() { Verdict::Done } else { Verdict::Findings });
        };
        let out = here.join(out);
        if obstacles.is_empty() && !self.yes {
            confirm(session, &plan, &out)?;
        }
        let cancel = Cancel::new();
        // A run ends between two files, as a whole or not at all.
        let _stoppable = session.interrupts.stop(&cancel)?;
        let report = create::apply(&catalog.portal, &plan, &out, leave_out, &cancel)?;
        let status = report.status;
        if let Some(why) = &report.error {
            session.complain(&Error::new(ErrorKind::Failed, why.clone()));
        }
        if session.options.json {
            session.printer.json(&Envelope::new("create", catalog.meta(), vec![report]))?;
        } else {
            print_report(&mut session.printer, &report)?;
        }
        match status {
            RunStatus::Done => Ok(Verdict::Done),
            RunStatus::Cancelled => Err(Error::new(ErrorKind::Interrupted, "The run was stopped.").into()),
            _ => Ok(Verdict::Findings),
        }
    }
}

impl Create {
    /// Whether the form may be shown: somebody is there, and nothing says that nobody should be asked.
    fn may_ask(&self, session: &Session) -> bool {
        let is_script = self.yes || self.dry_run || session.options.json;
        !is_script && session.streams.stdin_is_terminal && session.streams.stdout_is_terminal
    }
}

/// Shows the plan and asks; without a terminal nobody can be asked.
fn confirm(session: &mut Session, plan: &Plan, out: &Path) -> Result<(), Failure> {
    if !(session.streams.stdin_is_terminal && session.streams.stderr_is_terminal) {
        return Err(Error::new(ErrorKind::Usage, "Nobody can be asked whether to make the files.")
            .with_hint("Look at the plan with --dry-run, then say --yes.")
            .into());
    }
    print_plan(&mut session.printer, plan, Some(out))?;
    session.printer.flush()?;
    write!(io::stderr(), "Make it? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Interrupted, "Nothing was made, as you said.").into())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[expect(clippy::disallowed_methods, reason = "the file of answers that the user names on the command line")]
fn read_values(file: &Path) -> Result<Value> {
    use std::io::Read as _;
    let failed = |error: io::Error| {
        let told = Error::io(format_args!("The answers in {}", file.display()), &error);
        Error::new(ErrorKind::Usage, told.message())
    };
    let mut text = String::new();
    let opened = std::fs::File::open(file).map_err(failed)?;
    opened.take(MAX_VALUES + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > MAX_VALUES {
        let message = format!("The answers in {} take more than {} MiB.", file.display(), MAX_VALUES >> 20);
        return Err(Error::new(ErrorKind::Usage, message));
    }
    yaml::parse(&text).map_err(|error| {
        Error::new(ErrorKind::Usage, format!("The answers in {} cannot be read: {error}.", file.display()))
            .with_hint("Write a map of names to values, as YAML or JSON.")
    })
}

fn print_plan(printer: &mut Printer, plan: &Plan, out: Option<&Path>) -> io::Result<()> {
    let place = out.map_or(String::new(), |out| format!(" in {}", out.display()));
    let count = plan.files.len();
    printer.line([span(Meaning::Strong, plan.title.as_str()), format!(": {count} files{place}").into()])?;
    for (at, step) in plan.steps.iter().enumerate() {
        let prospect = match step.prospect {
            Prospect::Ready => span(Meaning::Good, "ready"),
            Prospect::Skipped => span(Meaning::Dim, "skipped: its condition does not hold"),
            Prospect::LeftToYou => span(Meaning::Warning, "reaches outside"),
            Prospect::Unknown => span(Meaning::Warning, "not known here"),
            Prospect::Fails => span(Meaning::Bad, "fails"),
            Prospect::NotRun => span(Meaning::Dim, "does not run"),
        };
        print_step(printer, at, (&step.name, &step.action, &step.does), prospect)?;
    }
    for file in &plan.files {
        let size = file.lines.map_or(format!("{} bytes", file.bytes), |lines| format!("+{lines}"));
        printer.line([span(Meaning::Good, format!("  {size:>10}  ")), file.path.as_str().into()])?;
    }
    for warning in &plan.warnings {
        printer.line([span(Meaning::Warning, "  note  "), warning.as_str().into()])?;
    }
    Ok(())
}

fn print_step(printer: &mut Printer, at: usize, step: (&str, &str, &str), state: Span<'_>) -> io::Result<()> {
    let (name, action, does) = step;
    printer.line([
        format!("  {} {name}  ", at + 1).into(),
        span(Meaning::Dim, format!("{action}  ")),
        state,
    ])?;
    if does.is_empty() { Ok(()) } else { printer.line([span(Meaning::Dim, format!("      {does}"))]) }
}

fn print_report(printer: &mut Printer, report: &RunReport) -> io::Result<()> {
    for (at, step) in report.steps.iter().enumerate() {
        let result = match step.result {
            StepResult::Done => span(Meaning::Good, "done"),
            StepResult::Skipped => span(Meaning::Dim, "skipped: its condition does not hold"),
            StepResult::LeftOut => span(Meaning::Warning, "left to you"),
            StepResult::Failed => span(Meaning::Bad, "failed"),
            StepResult::NotRun => span(Meaning::Dim, "not run"),
        };
        print_step(printer, at, (&step.name, &step.action, &step.does), result)?;
        for message in &step.messages {
            printer.line([span(Meaning::Dim, format!("      {message}"))])?;
        }
    }
    let made = matches!(report.status, RunStatus::Done | RunStatus::PartlyLeftOut);
    let sum = if made {
        format!("Made {} files in ", report.files.len())
    } else {
        "Nothing was made in ".to_owned()
    };
    printer.line([span(Meaning::Strong, sum), report.out.display().to_string().into()])?;
    let links = report.output.get("links").and_then(Value::as_array);
    for link in links.into_iter().flatten() {
        let text = |key| link.get(key).and_then(Value::as_str).unwrap_or_default();
        printer.line([format!("  {}  ", text("title")).into(), span(Meaning::Accent, text("url"))])?;
    }
    Ok(())
}
