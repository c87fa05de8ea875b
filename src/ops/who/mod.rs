//! Who to ask about something: the owner, why, and how to reach people.

mod answer;
mod path;
mod target;

pub use answer::{Escalation, Person, WhoAnswer, WhoContact, answer};
pub use target::{MAX_ANSWERS, Match, WhoPlaces};

use serde::Serialize;

use crate::catalog::EntityRef;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::portal::Portal;
use crate::store::Snapshot;
use crate::text::Untrusted;

/// What was asked and what is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhoOutcome {
    /// What was asked about.
    pub target: Untrusted<'static>,
    /// An answer for each entity that was meant; more than one when a name is ambiguous or a text names several.
    pub answers: Vec<WhoAnswer>,
    /// Whether more entities were meant than there are answers.
    pub is_cut: bool,
    /// Names that were perhaps meant, where nothing was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<EntityRef>,
}

/// Who owns a target: a reference, a name, a file, a folder, a URL, or a text that holds some of these.
pub fn who(snapshot: &Snapshot, target: &str, places: &WhoPlaces<'_>) -> Result<WhoOutcome> {
    let mut found = target::find(snapshot, target, places)?;
    let is_cut = found.len() > MAX_ANSWERS;
    found.truncate(MAX_ANSWERS);
    let answers = found.into_iter().map(|found| answer::of_found(snapshot, found));
    let answers = answers.collect::<Result<Vec<_>>>()?;
    let near = if answers.is_empty() { target::near(snapshot, target)? } else { Vec::new() };
    Ok(WhoOutcome { target: Untrusted::owned(target), answers, is_cut, near })
}

impl WhoOutcome {
    /// Looks up the exact places of the evidence, as far as the files are at hand.
    pub fn locate(&mut self, portal: &Portal) {
        for answer in &mut self.answers {
            answer.locate(portal);
        }
    }

    /// The error of an outcome that names no owner, for the exit code and the last line.
    pub fn require_owner(&self) -> Result<()> {
        if self.answers.iter().any(|answer| !answer.owners.is_empty()) {
            return Ok(());
        }
        let target = self.target.raw();
        let Some(first) = self.answers.first() else {
            if target.split_whitespace().nth(1).is_some() {
                return Err(Error::new(
                    ErrorKind::NotFound,
                    "The text names nothing that is in the catalog.",
                )
                .with_hint("References, names, addresses and paths of the sources' files are looked for."));
            }
            let near = self.near.iter().map(|it| it.humanize(None)).collect::<Vec<_>>().join(", ");
            let hint = if near.is_empty() {
                format!("`callboard search {target}` looks for a part of a name.")
            } else {
                format!("Near: {near}.")
            };
            let message = format!("Nothing in the catalog is called {target}.");
            return Err(Error::new(ErrorKind::NotFound, message).with_hint(hint));
        };
        Err(Error::new(ErrorKind::NotFound, format!("Nobody owns {}.", first.subject()))
            .with_hint("Name an owner in its descriptor: spec.owner."))
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod file_tests;
