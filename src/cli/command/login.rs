//! `callboard login`: signs in to a Backstage with a browser.

use std::io::{self, BufRead as _, Read as _, Write as _};

use clap::Args;
use tokio::sync::mpsc;

use crate::catalog::SourceId;
use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Meaning, span};
use crate::error::{Error, ErrorKind};
use crate::ops::Cancel;
use crate::ops::login::{Desk, meant, sign_in, sign_out};

/// Bytes of an address that is pasted.
const MAX_PASTED: u64 = 16 << 10;

/// Signs in to a Backstage with a browser, for a source with `login: true`.
#[derive(Debug, Args)]
#[command(after_help = "\
Over SSH, open the address on your own machine, and paste the address that the browser ends at.")]
pub(crate) struct Login {
    /// The source; the only one that people sign in to where none is named.
    #[arg(value_name = "SOURCE")]
    named: Option<String>,
    /// Signs out instead.
    #[arg(long)]
    out: bool,
}

impl Login {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        let portal = session.portal()?;
        let named = self.named.as_deref().map(SourceId::new);
        let source = meant(&portal, named.as_ref())?;
        if self.out {
            sign_out(&portal, source)?;
            session.printer.line([span(Meaning::Good, "signed out of "), source.id.to_string().into()])?;
            return Ok(Verdict::Done);
        }
        if !session.streams.stderr_is_terminal {
            return Err(Error::new(
                ErrorKind::Usage,
                "Somebody has to sign in, and nobody is at this terminal.",
            )
            .with_hint("In a script, name a token instead: token: { env: NAME }.")
            .into());
        }
        let cancel = Cancel::new();
        let stoppable = session.interrupts.stop(&cancel)?;
        let (sender, pasted) = mpsc::channel(1);
        if session.streams.stdin_is_terminal {
            std::thread::spawn(move || {
                let mut line = String::new();
                // What cannot be read was not pasted, and nobody may be waiting any more.
                if io::stdin().lock().take(MAX_PASTED).read_line(&mut line).is_ok() && !line.trim().is_empty()
                {
                    drop(sender.blocking_send(line.trim().to_owned()));
                }
            });
        }
        let mut show = |address: &str| {
            let words =
                "Open this address and sign in. Over SSH, paste the address that the browser ends at:";
            // Nobody can be told that nobody can be told.
            drop(writeln!(io::stderr(), "{words}\n\n  {}\n", crate::text::sanitize(address)));
        };
        sign_in(&portal, source, Desk { show: &mut show, pasted, cancel: &cancel })?;
        drop(stoppable);
        session.printer.line([span(Meaning::Good, "signed in to "), source.id.to_string().into()])?;
        Ok(Verdict::Done)
    }
}
