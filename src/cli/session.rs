//! One run of the command line: the options, the environment, the way out.

use std::io;
use std::sync::Arc;

use super::arguments::Options;
use super::failure;
use super::output::{Ink, InkFacts, Printer, Streams};
use crate::config::Environment;

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
        Self { options, environment, streams, printer, message_ink }
    }

    /// Tells the user on stderr that an answer is less than it seems.
    pub(crate) fn warn(&self, message: &str) {
        failure::warn(self.message_ink, message);
    }

    /// Tells the user something on stderr that needs nothing.
    pub(crate) fn note(&self, message: &str) {
        failure::note(self.message_ink, message);
    }
}
