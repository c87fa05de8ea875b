//! `callboard docs`: docs sites, the pages of one, a page rendered for the terminal.

use std::io;

use clap::Args;
use serde_json::json;

use crate::cli::failure::{Failure, Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Printer, Span, Table, span};
use crate::cli::{Catalog, Session, pager};
use crate::docs::{self, NavItem, Role};
use crate::ops::docs::{Goal, OpenSite, open, sites};
use crate::ops::resolve;

/// Cells of a line where no terminal says how wide it is, and at most: longer lines are hard to read.
const WIDTH: usize = 100;

/// Least cells that a page is laid out for.
const LEAST_WIDTH: usize = 20;

/// Lists docs sites, the pages of one, or shows a page as it is in the repository now.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard docs                                 every site
  callboard docs payments-api                    the pages of one
  callboard docs payments-api refunds/rules.md   a page, in a pager on a terminal
  callboard docs payments-api index.md --raw     its Markdown

The pager is PAGER, else less. Ends with 3 when there is no such site or page.")]
pub(crate) struct Docs {
    /// The entity with the docs: a reference, or a name that only one entity has.
    #[arg(value_name = "REF")]
    reference: Option<String>,
    /// The page, by its path or its title.
    #[arg(requires = "reference")]
    page: Option<String>,
    /// Prints the Markdown as it is written.
    #[arg(long, requires = "page")]
    raw: bool,
}

impl Docs {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let Some(reference) = &self.reference else { return all(session, &catalog) };
        let reference = resolve(&catalog.snapshot, reference)?;
        let site = open(&catalog.portal, &catalog.snapshot, &reference)?;
        for note in &site.notes {
            session.warn(note);
        }
        match &self.page {
            None => pages(session, &catalog, &site)?,
            Some(page) => {
                let (path, anchor) = match page.split_once('#') {
                    Some((path, anchor)) => (path.to_owned(), Some(anchor.to_owned())),
                    None => (page.clone(), None),
                };
                let path = site.find(&Goal { path: Some(path), anchor })?;
                self.show(session, &catalog, &site, &path)?;
            }
        }
        Ok(Verdict::Done)
    }

    fn show(
        &self,
        session: &mut Session,
        catalog: &Catalog,
        site: &OpenSite,
        path: &str,
    ) -> Result<(), Failure> {
        if session.options.json {
            let title = site.pages().get(path);
            let item = json!({
                "ref": site.reference, "path": path, "title": title, "file": site.file(path),
                "markdown": site.markdown(path)?,
            });
            return Ok(session.printer.json(&Envelope::new("docs", catalog.meta(), vec![item]))?);
        }
        if self.raw {
            return Ok(session.printer.lines(&site.markdown(path)?)?);
        }
        let width = session.printer.width().map_or(WIDTH, |width| width.clamp(LEAST_WIDTH, WIDTH));
        let page = site.page(path, width, &mut |_| ())?;
        let print = |printer: &mut Printer| -> io::Result<()> {
            for line in &page.page.lines {
                printer.line(line.spans.iter().map(shown))?;
            }
            if !page.page.links.is_empty() {
                printer.blank()?;
            }
            for link in &page.page.links {
                let number = span(Meaning::Dim, format!("[{}] ", link.number));
                printer.line([number, span(Meaning::Accent, link.target.as_str())])?;
            }
            Ok(())
        };
        pager::print(session, &print)
    }
}

fn all(session: &mut Session, catalog: &Catalog) -> Outcome {
    let rows = sites(&catalog.snapshot)?;
    if session.options.json {
        session.printer.json(&Envelope::new("docs", catalog.meta(), rows))?;
        return Ok(Verdict::Done);
    }
    let mut table = Table::new(&["ref", "title", "owner"]);
    for row in &rows {
        let owner = row.owner.as_ref().map_or(String::new(), |owner| owner.humanize(Some("group")));
        table.row([row.reference.as_str().into(), (&row.title).into(), span(Meaning::Dim, owner)]);
    }
    table.print(&mut session.printer)?;
    Ok(Verdict::Done)
}

fn pages(session: &mut Session, catalog: &Catalog, site: &OpenSite) -> Result<(), Failure> {
    if session.options.json {
        let pages = site.pages().iter();
        let items = pages.map(|(path, title)| json!({ "ref": site.reference, "path": path, "title": title }));
        return Ok(session.printer.json(&Envelope::new("docs", catalog.meta(), items.collect()))?);
    }
    let mut table = Table::new(&["page", "title"]);
    entries(&mut table, &site.nav().items, 0);
    Ok(table.print(&mut session.printer)?)
}

/// Adds the entries of a navigation. Sections are as deep as the reader of `mkdocs.yml` allows.
fn entries<'a>(table: &mut Table<'a>, items: &'a [NavItem], depth: usize) {
    let indent = "  ".repeat(depth);
    for item in items {
        match item {
            NavItem::Page { title, path } => {
                table.row([path.as_str().into(), format!("{indent}{title}").into()]);
            }
            NavItem::Section { title, children } => {
                table.row(["".into(), span(Meaning::Strong, format!("{indent}{title}"))]);
                entries(table, children, depth + 1);
            }
            NavItem::Link { title, target, is_missing } => {
                let meaning = if *is_missing { Meaning::Warning } else { Meaning::Dim };
                table.row([span(meaning, target.as_str()), format!("{indent}{title}").into()]);
            }
        }
    }
}

fn shown(part: &docs::Span) -> Span<'_> {
    let meaning = match part.role() {
        Role::Heading(_) | Role::Strong | Role::TableHead | Role::Section | Role::Mark | Role::Key => {
            Meaning::Strong
        }
        Role::Link | Role::Code | Role::CodeTitle => Meaning::Accent,
        Role::Admonition(_) => Meaning::Warning,
        Role::HeadingRule | Role::Quote | Role::TableRule | Role::Dim | Role::Image | Role::Marker => {
            Meaning::Dim
        }
        Role::Text | Role::Emphasis | Role::Strike | Role::CodeBlock | Role::Syntax(_) => Meaning::Plain,
    };
    span(meaning, part.text())
}
