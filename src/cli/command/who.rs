//! `callboard who`: who owns something, why, and how to reach people.

use std::io::{self, Read as _};

use clap::Args;
use jiff::Timestamp;

use super::show::origin;
use crate::catalog::{Contact, ContactKind, EntityRef};
use crate::cli::failure::{Failure, Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, Span, span};
use crate::cli::{Catalog, Session};
use crate::error::{Error, ErrorKind};
use crate::ops::portal::SourcePlace;
use crate::ops::who::{Escalation, Person, WhoAnswer, WhoOutcome, WhoPlaces, who};
use crate::ops::{Basis, Evidence, age};
use crate::text::{self, Untrusted};

/// Bytes of stdin that are read for `-`: longer than any stack trace, shorter than any log.
const MAX_STDIN: u64 = 1 << 20;

/// People that the text names; the JSON has more.
const MAX_PEOPLE: usize = 8;

/// Columns of a contact's label that the addresses stand behind in one column; longer ones push theirs.
const MAX_LABEL: usize = 32;

/// Ways to reach a group that the text names.
const MAX_REACH: usize = 2;

/// Names the owner of something, with the evidence and every way to reach people.
#[derive(Debug, Args)]
#[command(after_help = "\
A target is a reference, a name, a title, a file, a folder, a URL, or `-` for a text on stdin that holds some of these.

Examples:
  callboard who payments-api
  callboard who src/checkout/main.rs https://github.com/acme/payments
  kubectl logs deploy/checkout | tail | callboard who -

Ends with 3 when a target is not known, or nobody owns it.")]
pub(crate) struct Who {
    /// What to ask about.
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,
}

impl Who {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let targets = self.texts()?;
        let catalog = session.catalog()?;
        let roots: Vec<_> = catalog
            .portal
            .sources()
            .iter()
            .filter_map(|source| match &source.place {
                SourcePlace::Directory { path, .. } => Some((source.id.clone(), path.clone())),
                SourcePlace::Sample | SourcePlace::Remote(_) => None,
            })
            .collect();
        let places = WhoPlaces { current: Some(session.environment.working_dir()), roots: &roots };
        let mut outcomes = Vec::new();
        for target in &targets {
            let mut outcome = who(&catalog.snapshot, target, &places)?;
            outcome.locate(&catalog.portal);
            outcomes.push(outcome);
        }
        let missing: Vec<Error> = outcomes.iter().filter_map(|it| it.require_owner().err()).collect();
        if session.options.json {
            session.printer.json(&Envelope::new("who", catalog.meta(), outcomes))?;
        } else {
            print_all(session, &catalog, &outcomes)?;
        }
        for error in &missing {
            session.printer.flush()?;
            session.complain(error);
        }
        Ok(if missing.is_empty() { Verdict::Done } else { Verdict::NotFound })
    }

    /// The targets, with stdin in the place of `-`.
    fn texts(&self) -> Result<Vec<String>, Failure> {
        let texts = self.targets.iter().map(|target| {
            if target != "-" {
                return Ok(target.clone());
            }
            let mut bytes = Vec::new();
            let read = io::stdin().lock().take(MAX_STDIN).read_to_end(&mut bytes);
            read.map_err(|error| Error::io("Standard input", &error))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if text.trim().is_empty() {
                return Err(Error::new(ErrorKind::Usage, "Standard input is empty.")
                    .with_hint("Pipe a text into `callboard who -`, or name a target."));
            }
            Ok(text)
        });
        Ok(texts.collect::<Result<_, Error>>()?)
    }
}

fn print_all(session: &mut Session, catalog: &Catalog, outcomes: &[WhoOutcome]) -> io::Result<()> {
    let now = catalog.portal.now();
    let mut is_first = true;
    for outcome in outcomes {
        for answer in &outcome.answers {
            if !is_first {
                session.printer.blank()?;
            }
            is_first = false;
            print(&mut session.printer, answer, now)?;
        }
        if outcome.is_cut {
            session.printer.line([span(Meaning::Dim, "More entities are meant: be more exact.")])?;
        }
    }
    Ok(())
}

fn print(printer: &mut Printer, answer: &WhoAnswer, now: Timestamp) -> io::Result<()> {
    let subject = answer.subject();
    if answer.owners.is_empty() {
        return printer.line([span(Meaning::Warning, "nobody"), " owns ".into(), subject.into()]);
    }
    for owner in &answer.owners {
        let mark = if owner.exists { "" } else { "  not in the catalog" };
        if owner.because.basis == Basis::Itself {
            printer.line([span(Meaning::Strong, subject), span(Meaning::Dim, " is an owner itself")])?;
            continue;
        }
        let name = match owner.because.basis {
            Basis::CodeOwners if !owner.exists => owner.name.raw().to_owned(),
            _ => owner.reference.humanize(Some("group")),
        };
        printer.line([
            span(Meaning::Strong, name),
            " owns ".into(),
            subject.into(),
            span(Meaning::Warning, mark),
        ])?;
        because(printer, answer, &owner.because, now)?;
        // What stands below an owner is read as its own.
        if answer.owners.len() > 1 {
            reach(printer, answer, &|of| *of == owner.reference)?;
        }
    }
    let whole = answer.entity.as_ref().filter(|_| answer.path.is_some());
    let is_own = |of: &EntityRef| answer.owners.iter().all(|owner| owner.reference != *of);
    let has_own = answer.contacts.iter().any(|it| is_own(&it.of)) || whole.is_some();
    if answer.owners.len() > 1 && (has_own || answer.gone_since.is_some() || answer.stale.is_some()) {
        printer.line([span(Meaning::Strong, subject), " itself".into()])?;
    }
    if let Some(whole) = whole {
        line(printer, "part of", [whole.reference.as_str().into()])?;
    }
    if answer.owners.len() > 1 {
        reach(printer, answer, &is_own)?;
    } else {
        reach(printer, answer, &|_| true)?;
    }
    if let Some(gone) = answer.gone_since {
        let words = format!("from its source since {}; this is what was known", age::moment(gone));
        line(printer, "gone", [span(Meaning::Warning, words)])?;
    }
    if let Some(reason) = &answer.stale {
        line(printer, "stale", [span(Meaning::Warning, reason.as_str())])?;
    }
    Ok(())
}

/// The ways to reach people, as far as they belong to whom is meant.
fn reach(printer: &mut Printer, answer: &WhoAnswer, is_meant: &dyn Fn(&EntityRef) -> bool) -> io::Result<()> {
    let urgent_first = [
        ContactKind::OnCall,
        ContactKind::Chat,
        ContactKind::Mail,
        ContactKind::Runbook,
        ContactKind::Dashboard,
    ];
    let contacts = urgent_first.into_iter().flat_map(|kind| answer.contacts_of(kind));
    let contacts: Vec<_> = contacts.filter(|it| is_meant(&it.of)).collect();
    let widths =
        contacts.iter().filter(|it| address(&it.contact).is_some()).map(|it| label_width(&it.contact));
    let width = widths.filter(|width| *width <= MAX_LABEL).max().unwrap_or(0);
    for contact in contacts {
        print_contact(printer, &contact.contact, width)?;
    }
    let people: Vec<_> = answer.people.iter().filter(|it| is_meant(&it.of)).collect();
    if !people.is_empty() {
        let unlisted = answer.people_total - answer.people.len();
        let mut names: Vec<_> = people.iter().take(MAX_PEOPLE).map(|it| person(it)).collect();
        match people.len() - names.len() + unlisted {
            0 => {}
            more => names.push(format!("and {more} more")),
        }
        line(printer, "people", [names.join(", ").into()])?;
    }
    answer.escalation.iter().filter(|it| is_meant(&it.of)).try_for_each(|step| escalate(printer, step))
}

fn because(printer: &mut Printer, answer: &WhoAnswer, evidence: &Evidence, now: Timestamp) -> io::Result<()> {
    let place = evidence.origin.as_ref().map_or(String::new(), |at| format!(" in {}", origin(at)));
    let words = format!("{}{place}", evidence.words());
    let age = age::words(answer.as_of, now);
    line(printer, "because", [words.into(), span(Meaning::Dim, format!(", read {age}"))])
}

/// A group above the owner with the ways to reach people of it.
fn escalate(printer: &mut Printer, step: &Escalation) -> io::Result<()> {
    let group = step.group.reference.humanize(Some("group"));
    let reach = [ContactKind::OnCall, ContactKind::Chat, ContactKind::Mail];
    let contacts = reach.iter().filter_map(|kind| step.contacts.iter().find(|it| it.kind == *kind));
    let contacts: Vec<_> = contacts.take(MAX_REACH).map(|it| it.label.raw()).collect();
    let arrow = if contacts.is_empty() { "" } else { " → " };
    line(printer, "escalate", [group.into(), span(Meaning::Dim, arrow), contacts.join(", ").into()])
}

fn person(person: &Person) -> String {
    let name = person.reference.name();
    if person.name.raw() == name { name.to_owned() } else { format!("{} ({name})", person.name.raw()) }
}

/// The address of a contact, where that says more than its label.
fn address(contact: &Contact) -> Option<&str> {
    contact.url.as_ref().map(Untrusted::raw).filter(|url| *url != contact.label.raw())
}

fn label_width(contact: &Contact) -> usize {
    text::width(&contact.label.display())
}

fn print_contact(printer: &mut Printer, contact: &Contact, width: usize) -> io::Result<()> {
    let label = contact.label.raw();
    let Some(url) = address(contact) else {
        return line(printer, contact.kind.as_str(), [label.into()]);
    };
    let gap = " ".repeat(width.saturating_sub(label_width(contact)) + 3);
    line(printer, contact.kind.as_str(), [label.into(), gap.into(), span(Meaning::Accent, url)])
}

fn line<'a>(printer: &mut Printer, label: &str, rest: impl IntoIterator<Item = Span<'a>>) -> io::Result<()> {
    let label = span(Meaning::Dim, format!("  {label:<9} "));
    printer.line(std::iter::once(label).chain(rest))
}
