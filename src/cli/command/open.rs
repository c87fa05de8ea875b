//! `callboard open`: a link of an entity, in the browser or printed.

use clap::Args;

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Table, span};
use crate::error::{Error, ErrorKind};
use crate::ops::resolve;
use crate::ops::show::{LinkDetails, show};

/// Addresses that are handed to a browser. Anything else may run a program.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];

/// Opens a link of an entity in the browser; prints its address where there is no display.
#[derive(Debug, Args)]
#[command(after_help = "\
Without LINK, opens the only link there is, else lists them.

Examples:
  callboard open payments-api runbook
  callboard open payments-api dashboard --print")]
pub(crate) struct Open {
    /// The entity: kind:namespace/name, or a name that only one entity has.
    #[arg(value_name = "REF")]
    reference: String,
    /// The link: its number in the list, what it is, or a part of its title.
    #[arg(value_name = "LINK")]
    link: Option<String>,
    /// Prints the address and opens nothing.
    #[arg(long)]
    print: bool,
}

impl Open {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let catalog = session.catalog()?;
        let reference = resolve(&catalog.snapshot, &self.reference)?;
        let details = show(&catalog.snapshot, &reference)?;
        let found = self.find(&details.links);
        if session.options.json {
            let links: Vec<_> = found.map_or_else(|| details.links.iter().collect(), |link| vec![link]);
            session.printer.json(&Envelope::new("open", catalog.meta(), links))?;
            return Ok(Verdict::Done);
        }
        let Some(link) = found else {
            if details.links.is_empty() || self.link.is_some() {
                let what = self.link.as_ref().map_or_else(String::new, |link| format!(" {link:?}"));
                return Err(Error::new(ErrorKind::NotFound, format!("{reference} has no link{what}."))
                    .with_hint(format!("`callboard open {reference}` lists its links."))
                    .into());
            }
            let mut table = Table::new(&["link", "what", "title", "address"]);
            for (at, link) in details.links.iter().enumerate() {
                table.row([
                    (at + 1).to_string().into(),
                    link.kind.map_or("", |kind| kind.as_str()).into(),
                    (&link.title).into(),
                    span(Meaning::Accent, link.url.raw()),
                ]);
            }
            table.print(&mut session.printer)?;
            return Ok(Verdict::Done);
        };
        let url = link.url.raw();
        if self.print || !has_display(session) {
            session.printer.text(url)?;
            return Ok(Verdict::Done);
        }
        if !SCHEMES.iter().any(|scheme| url.starts_with(scheme)) {
            return Err(Error::new(
                ErrorKind::Refused,
                format!("Only web and mail addresses are opened, not {url:?}."),
            )
            .with_hint("`--print` prints it.")
            .into());
        }
        open::that_detached(url)
            .map_err(|error| Error::io(format_args!("The browser for {url:?}"), &error))?;
        session.note(&format!("Opening {url}"));
        Ok(Verdict::Done)
    }

    fn find<'a>(&self, links: &'a [LinkDetails]) -> Option<&'a LinkDetails> {
        let Some(wanted) = &self.link else {
            return if let [only] = links { Some(only) } else { None };
        };
        let wanted = wanted.to_lowercase();
        let number = wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        number
            .and_then(|at| links.get(at))
            .or_else(|| links.iter().find(|link| link.kind.is_some_and(|kind| kind.as_str() == wanted)))
            .or_else(|| links.iter().find(|link| link.title.raw().to_lowercase().contains(&wanted)))
    }
}

/// Whether a browser would be seen by whoever asked for it.
fn has_display(session: &Session) -> bool {
    let environment = &session.environment;
    let is_remote = environment.has("SSH_CONNECTION") || environment.has("SSH_TTY");
    let is_desktop = environment.has("DISPLAY") || environment.has("WAYLAND_DISPLAY");
    !is_remote && (is_desktop || cfg!(any(target_os = "macos", windows)))
}
