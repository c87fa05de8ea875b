//! `callboard show`: one entity, with everything that is known about it.

use std::io;

use clap::{Args, ValueEnum};

use crate::catalog::{Origin, Severity};
use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, span};
use crate::ops::show::{EntityDetails, RelationGroup, show};
use crate::ops::{Basis, age, resolve};
use crate::text::Untrusted;

/// Relations of one type that the text names; the JSON has more.
const MAX_NAMED: usize = 12;

/// Cells of the labels on the left.
const LABEL: usize = 16;

/// Shows one entity: its fields, relations both ways, origin, age and problems.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard show component:default/payments-api
  callboard show payments-api          a bare name, where only one entity has it
  callboard show payments-api -o yaml  the descriptor, after placeholders were replaced

Ends with 3 when there is no such entity, or when a bare name means several.")]
pub(crate) struct Show {
    /// The entity: kind:namespace/name, or a name that only one entity has.
    #[arg(value_name = "REF")]
    reference: String,
    /// How to print it.
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
    /// The document as YAML.
    Yaml,
}

impl Show {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = resolve(&catalog.snapshot, &self.reference)?;
        let mut details = show(&catalog.snapshot, &reference)?;
        details.locate(&catalog.portal);
        let printer = &mut session.printer;
        let format = if session.options.json { Format::Json } else { self.output };
        match format {
            Format::Json => {
                printer.json(&Envelope::new("show", catalog.meta(), vec![details]))?;
            }
            Format::Yaml => printer.lines(details.yaml.raw())?,
            Format::Text => print(printer, &details, &age::words(details.as_of, catalog.portal.now()))?,
        }
        Ok(Verdict::Done)
    }
}

fn print(printer: &mut Printer, details: &EntityDetails, age: &str) -> io::Result<()> {
    printer.line([span(Meaning::Strong, details.reference.as_str())])?;
    if let Some(title) = &details.title {
        printer.text(title.raw())?;
    }
    if let Some(description) = &details.description {
        printer.lines(description.raw().trim_end())?;
    }
    if let Some(gone) = details.gone_since {
        let words = format!("from its source since {}; this is what was known", age::moment(gone));
        field(printer, "Gone", &words, Meaning::Warning)?;
    }
    if let Some(why) = &details.stale {
        field(printer, "Stale", why, Meaning::Warning)?;
    }
    facts(printer, details)?;
    if !details.relations.is_empty() {
        printer.blank()?;
    }
    for group in &details.relations {
        relation(printer, group)?;
    }
    printer.blank()?;
    // Paths of several sources may be alike.
    let is_mixed = details.claimants.iter().any(|rival| rival.source != details.origin.source);
    let source = |at: &Origin| if is_mixed { format!(" ({})", at.source) } else { String::new() };
    for problem in &details.problems {
        let meaning = if problem.severity == Severity::Error { Meaning::Bad } else { Meaning::Warning };
        let place = format!("{}{}", problem.origin.location(), source(&problem.origin));
        let words = format!("{place} {} {}", problem.code, problem.message);
        field(printer, "Problem", &words, meaning)?;
        field(printer, "", problem.fix.as_deref().unwrap_or_default(), Meaning::Dim)?;
    }
    for rival in details.claimants.iter().skip(1) {
        let place = format!("{}{}", rival.location(), source(rival));
        field(printer, "Also claimed by", &place, Meaning::Warning)?;
    }
    let place = format!("{}{}, {age}", origin(&details.origin), source(&details.origin));
    field(printer, "Origin", &place, Meaning::Dim)
}

/// What the entity says of itself, behind an empty line where it says anything.
fn facts(printer: &mut Printer, details: &EntityDetails) -> io::Result<()> {
    let nobody = details.owners.is_empty() && details.expects_owner();
    let links: Vec<_> = details.links.iter().filter(|link| link.kind.is_none()).collect();
    let says_nothing = details.owners.is_empty()
        && !nobody
        && details.spec_type.is_none()
        && details.lifecycle.is_none()
        && details.tags.is_empty()
        && details.contacts.is_empty()
        && links.is_empty();
    if says_nothing {
        return Ok(());
    }
    printer.blank()?;
    for owner in &details.owners {
        let why = if owner.because.basis == Basis::Named {
            owner.name.raw().to_owned()
        } else {
            let place = owner.because.origin.as_ref().map(|at| format!(" in {}", origin(at)));
            format!("{} by {}{}", owner.name.raw(), owner.because.words(), place.unwrap_or_default())
        };
        field(printer, "Owner", &why, Meaning::Plain)?;
    }
    if nobody {
        field(printer, "Owner", "nobody", Meaning::Warning)?;
    }
    let text = |text: &Option<Untrusted<'_>>| text.as_ref().map_or(String::new(), |it| it.raw().to_owned());
    field(printer, "Type", &text(&details.spec_type), Meaning::Plain)?;
    field(printer, "Lifecycle", &text(&details.lifecycle), Meaning::Plain)?;
    let tags: Vec<_> = details.tags.iter().map(Untrusted::raw).collect();
    field(printer, "Tags", &tags.join(" "), Meaning::Plain)?;
    for contact in &details.contacts {
        let url = contact.url.as_ref().map_or("", Untrusted::raw);
        labelled(printer, &capitalized(contact.kind.as_str()), contact.label.raw(), url)?;
    }
    links.into_iter().try_for_each(|link| labelled(printer, "Link", link.title.raw(), link.url.raw()))
}

/// Where something is declared, as people write it.
pub(super) fn origin(origin: &Origin) -> String {
    let commit = origin.repository.as_ref().and_then(|it| it.commit.as_deref()).and_then(|it| it.get(..7));
    match commit {
        Some(commit) => format!("{} ({commit})", origin.location()),
        None => origin.location(),
    }
}

fn relation(printer: &mut Printer, group: &RelationGroup) -> io::Result<()> {
    let mut label = group.label.clone();
    for item in group.items.iter().take(MAX_NAMED) {
        let mark = if item.is_dangling { "  not in the catalog" } else { "" };
        let name = format!("{label:LABEL$}  ");
        printer.line([
            span(Meaning::Dim, name),
            span(Meaning::Plain, item.reference.as_str()),
            span(Meaning::Warning, mark),
        ])?;
        label.clear();
    }
    if group.total > MAX_NAMED {
        field(printer, "…", &format!("and {} more", group.total - MAX_NAMED), Meaning::Dim)?;
    }
    Ok(())
}

fn field(printer: &mut Printer, label: &str, value: &str, meaning: Meaning) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    printer.line([span(Meaning::Dim, format!("{label:LABEL$}  ")), span(meaning, value)])
}

fn labelled(printer: &mut Printer, label: &str, value: &str, url: &str) -> io::Result<()> {
    let url = if url == value { "" } else { url };
    let gap = if url.is_empty() { "" } else { "  " };
    printer.line([
        span(Meaning::Dim, format!("{label:LABEL$}  ")),
        value.into(),
        gap.into(),
        span(Meaning::Accent, url),
    ])
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
