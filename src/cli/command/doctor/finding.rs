//! Something that `callboard doctor` looked at.

use std::io;

use crate::cli::output::{Meaning, Printer, span};
use crate::error::Error;

/// Something that was looked at.
#[derive(Default)]
pub(super) struct Finding {
    pub(super) what: &'static str,
    pub(super) found: String,
    pub(super) hint: Option<String>,
    pub(super) is_wrong: bool,
}

impl Finding {
    pub(super) fn fine(what: &'static str, found: impl Into<String>) -> Self {
        Self { what, found: found.into(), ..Self::default() }
    }

    /// What was found, or the error that came of looking.
    pub(super) fn of(what: &'static str, found: Result<String, Error>) -> Self {
        match found {
            Ok(found) => Self::fine(what, found),
            Err(error) => Self {
                what,
                found: error.message().to_owned(),
                hint: error.hint().map(str::to_owned),
                is_wrong: true,
            },
        }
    }

    /// Shows it.
    pub(super) fn print(&self, printer: &mut Printer) -> io::Result<()> {
        let Self { what, found, hint, is_wrong } = self;
        let (meaning, mark) = if *is_wrong { (Meaning::Bad, "  wrong") } else { (Meaning::Plain, "") };
        printer.paragraph(&format!("{what:14}"), &span(meaning, format!("{found}{mark}")))?;
        let Some(hint) = hint else { return Ok(()) };
        let meaning = if *is_wrong { Meaning::Strong } else { Meaning::Dim };
        printer.paragraph(&format!("{:14}", ""), &span(meaning, hint.as_str()))
    }
}
