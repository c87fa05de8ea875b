//! One run of the command line: the options, the environment, the way out.

use std::io;
use std::sync::Arc;

use super::Catalog;
use super::arguments::Options;
use super::failure;
use super::interrupt::Interrupts;
use super::output::{Ink, InkFacts, Printer, Streams};
use crate::catalog::EntityRef;
use crate::catalog::query::{Is, Predicate, Query};
use crate::config::{self, Environment, Loaded, Overrides};
use crate::error::{Error, ErrorKind, Result};
use crate::ops::portal::{Places, Portal, Reach, Surroundings, Target, Variables};
use crate::ops::sync::SyncPolicy;
use crate::ops::{Identity, IdentityHints};

/// What every command is handed.
pub(crate) struct Session {
    /// The options that every command understands.
    pub(crate) options: Options,
    /// The environment.
    pub(crate) environment: Environment,
    /// What the standard streams are.
    pub(crate) streams: Streams,
    /// The way to stdout.
    pub(crate) printer: Printer,
    /// The ink of stderr.
    pub(crate) message_ink: Ink,
    /// Ctrl-C and TERM.
    pub(crate) interrupts: Interrupts,
}

impl Session {
    /// A session on the standard streams.
    pub(crate) fn new(options: Options, environment: Environment) -> Self {
        let streams = Streams::look();
        let ink = |is_terminal| {
            let no_color = environment.has("NO_COLOR");
            let is_dumb = environment.text("TERM") == Some("dumb");
            Ink::new(options.color, InkFacts { is_terminal, no_color, is_dumb })
        };
        let out = Box::new(io::BufWriter::new(io::stdout()));
        let printer = Printer::new(out, ink(streams.stdout_is_terminal), streams.width);
        let message_ink = ink(streams.stderr_is_terminal);
        Self { options, environment, streams, printer, message_ink, interrupts: Interrupts::default() }
    }

    /// Tells the user on stderr that an answer is less than it seems.
    pub(crate) fn warn(&self, message: &str) {
        failure::warn(self.message_ink, message);
    }

    /// Tells the user on stderr what went wrong, where the command goes on.
    pub(crate) fn complain(&self, error: &Error) {
        failure::complain(error, self.message_ink);
    }

    /// Tells the user something on stderr that needs nothing.
    pub(crate) fn note(&self, message: &str) {
        failure::note(self.message_ink, message);
    }

    /// The configuration, with what in it has no effect.
    pub(crate) fn configuration(&self) -> Result<Loaded> {
        let overrides = Overrides { file: self.options.config.clone(), ..Overrides::default() };
        config::load(&self.environment, &self.places()?, &overrides)
    }

    /// The folders that callboard keeps things in.
    pub(crate) fn places(&self) -> Result<config::Places> {
        config::Places::new(&self.environment)
    }

    /// What of the environment sources may use.
    pub(crate) fn variables(&self) -> Result<Variables> {
        let places = self.places()?;
        Ok(Variables::new(places.home, self.environment.texts()).with_state(places.state))
    }

    /// A portal on a target.
    pub(crate) fn portal_on(&self, target: Target) -> Result<Portal> {
        let policy = self.policy(&target)?;
        let portal = self.portal_with(target, policy)?;
        if self.options.offline {
            portal.restore();
        }
        Ok(portal)
    }

    /// A portal on a target whose sources are synced in a way of their own.
    pub(crate) fn portal_with(&self, target: Target, policy: SyncPolicy) -> Result<Portal> {
        let places = self.places()?;
        let surroundings = Surroundings {
            places: Places { cache: places.cache, state: places.state },
            clock: Arc::new(now),
            policy,
            variables: self.variables()?,
            reach: if self.options.offline { Reach::Cache } else { Reach::Network },
        };
        Portal::open_in(target, surroundings).map_err(|error| match error.kind() {
            ErrorKind::Failed => Error::new(ErrorKind::Unreachable, error.message())
                .with_hint("Name a folder that exists; `callboard --help` lists the commands."),
            _ => error,
        })
    }

    /// How sources are synced. A folder that somebody names is looked at without any configuration.
    fn policy(&self, target: &Target) -> Result<SyncPolicy> {
        match target {
            Target::Configured(_) => Ok(self.configuration()?.config.sync),
            Target::Folder(_) | Target::Here(_) | Target::Demo => Ok(SyncPolicy::default()),
        }
    }

    /// The owners whose things are the user's, where a query asks for them.
    pub(crate) fn mine(&self, catalog: &Catalog, query: &str) -> Result<Vec<EntityRef>> {
        let query = Query::parse(query);
        let asks =
            |predicate: &Predicate| matches!(predicate, Predicate::Is(words) if words.contains(&Is::Mine));
        if !query.terms.iter().any(|term| asks(&term.predicate)) {
            return Ok(Vec::new());
        }
        let user = self.configuration()?.config.user;
        let email = config::user_email(&self.environment);
        let hints = IdentityHints { user: user.as_deref(), email: email.as_deref() };
        let identity = Identity::find(&catalog.snapshot, hints)?;
        if identity.is_none() {
            self.warn("It is not known who you are, so nothing is yours. Name your User entity: CALLBOARD_USER, or user: in the configuration.");
        }
        Ok(identity.map(|identity| identity.owners()).unwrap_or_default())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the clock of the command line: everything below gets it as a value"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
