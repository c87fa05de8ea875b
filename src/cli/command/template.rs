//! `callboard template`: which templates there are, what one asks and does, what is wrong with them.

use std::io;

use clap::{Args, Subcommand};

use super::lint::print_problems;
use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, Table, span};
use crate::ops::template::{CarriedOut, TemplateDetails, lint, list, show};
use crate::ops::{create, resolve_kind};
use crate::template::form::{Field, Widget};
use crate::text::Untrusted;

/// Most values of a choice that the text names; the JSON has all.
const MAX_CHOICES: usize = 12;

/// Lists, shows and checks templates.
#[derive(Debug, Args)]
pub(crate) struct Template {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(TemplateList),
    Show(TemplateShow),
    Lint(TemplateLint),
}

/// Lists all templates.
#[derive(Debug, Args)]
struct TemplateList {}

/// Shows what a template asks and what its steps do.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  callboard template show new-service")]
struct TemplateShow {
    /// The template, as a reference or a name.
    #[arg(value_name = "TEMPLATE")]
    template: String,
}

/// Tells everything that is wrong with one template, or with all of them.
#[derive(Debug, Args)]
#[command(after_help = "Ends with 1 when there are problems.")]
struct TemplateLint {
    /// The template, as a reference or a name; all of them without one.
    #[arg(value_name = "TEMPLATE")]
    template: Option<String>,
}

impl Template {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        match &self.action {
            Action::List(_) => all(session),
            Action::Show(action) => action.run(session),
            Action::Lint(action) => action.run(session),
        }
    }
}

fn all(session: &mut Session) -> Outcome {
    let catalog = session.catalog()?;
    let rows = list(&catalog.snapshot)?;
    if session.options.json {
        session.printer.json(&Envelope::new("template-list", catalog.meta(), rows))?;
        return Ok(Verdict::Done);
    }
    let mut table = Table::new(&["ref", "title", "description"]);
    for row in &rows {
        let description = row.description.as_ref().map_or("", Untrusted::raw);
        table.row([row.reference.as_str().into(), (&row.title).into(), span(Meaning::Dim, description)]);
    }
    table.print(&mut session.printer)?;
    Ok(Verdict::Done)
}

impl TemplateShow {
    fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = resolve_kind(&catalog.snapshot, &self.template, "template")?;
        let details = show(&create::prepare(&catalog.snapshot, &reference)?);
        if session.options.json {
            session.printer.json(&Envelope::new("template-show", catalog.meta(), vec![details]))?;
        } else {
            print(&mut session.printer, &details)?;
        }
        Ok(Verdict::Done)
    }
}

fn print(printer: &mut Printer, details: &TemplateDetails) -> io::Result<()> {
    let row = &details.row;
    printer.line([span(Meaning::Strong, row.reference.as_str()), "  ".into(), (&row.title).into()])?;
    if let Some(description) = &row.description {
        printer.lines(description.raw().trim_end())?;
    }
    printer.blank()?;
    printer.line([span(Meaning::Strong, "Parameters")])?;
    let mut parameters = Table::new(&["name", "what", "default", "help"]);
    for field in details.parameters.iter().filter(|field| !field.hidden) {
        let default = field.default.as_ref().map_or(String::new(), ToString::to_string);
        let must = if field.must_be_answered() { "*" } else { "" };
        let help = [Some(field.title.as_str()), field.help.as_deref()];
        let constraints = field.constraints.iter().map(String::as_str);
        let help: Vec<_> = help.into_iter().flatten().chain(constraints).collect();
        parameters.row([
            format!("  {}{must}", field.path).into(),
            what(field).into(),
            if field.is_secret() { "".into() } else { default.into() },
            span(Meaning::Dim, help.join("; ")),
        ]);
    }
    parameters.print(printer)?;
    printer.line([span(Meaning::Dim, "  * has to be answered")])?;
    printer.blank()?;
    printer.line([span(Meaning::Strong, "Steps")])?;
    for (at, step) in details.steps.iter().enumerate() {
        let mark = match step.carried_out {
            CarriedOut::Here => "",
            CarriedOut::Outside => "  reaches outside: left to you",
            CarriedOut::Unknown => "  not known here",
        };
        printer.line([
            format!("  {} {}  ", at + 1, step.name.raw()).into(),
            span(Meaning::Dim, step.action.raw()),
            span(Meaning::Warning, mark),
        ])?;
    }
    Ok(())
}

/// What an answer is, in a few words.
fn what(field: &Field) -> String {
    match &field.widget {
        Widget::Text | Widget::Multiline { .. } => "text".to_owned(),
        Widget::Number => "number".to_owned(),
        Widget::Integer => "whole number".to_owned(),
        Widget::Toggle => "yes or no".to_owned(),
        Widget::Choice { options } | Widget::Choices { options } => {
            let mut labels: Vec<_> =
                options.iter().take(MAX_CHOICES).map(|it| it.value.to_string()).collect();
            if options.len() > MAX_CHOICES {
                labels.push("…".to_owned());
            }
            let lead = if matches!(field.widget, Widget::Choices { .. }) { "any of" } else { "one of" };
            format!("{lead} {}", labels.join(" "))
        }
        Widget::EntityPicker(_) => "entity".to_owned(),
        Widget::OwnerPicker(_) => "owner".to_owned(),
        Widget::EntitiesPicker(_) => "entities".to_owned(),
        Widget::RepoUrl(_) => "repository: host?owner=…&repo=…".to_owned(),
        Widget::Secret { .. } => "secret".to_owned(),
        Widget::List { .. } => "list".to_owned(),
        Widget::Json => "JSON".to_owned(),
    }
}

impl TemplateLint {
    fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = match &self.template {
            Some(name) => Some(resolve_kind(&catalog.snapshot, name, "template")?),
            None => None,
        };
        let problems = lint(&catalog.portal, &catalog.snapshot, reference.as_ref())?;
        let verdict = if problems.is_empty() { Verdict::Done } else { Verdict::Findings };
        if session.options.json {
            session.printer.json(&Envelope::new("template-lint", catalog.meta(), problems))?;
        } else {
            print_problems(&mut session.printer, &problems, &|_| None)?;
        }
        Ok(verdict)
    }
}
