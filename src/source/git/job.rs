//! What is asked of one repository, and what it came to.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Address, Paths, Token};
use crate::source::mirror::{Mirror, Unit};
use crate::source::room::Room;

/// How somebody came to a repository, which decides what it means that it has no commit where it is looked for, and
/// how it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The configuration names it. Without a commit it is a failure.
    ByName,
    /// A forge listed it. Without a commit it is a repository with nothing in it.
    ByList,
}

impl Known {
    /// Why a repository failed, with how to do without it where nobody wrote it anywhere.
    pub(super) fn told(self, why: &str, root: &str) -> String {
        match self {
            Self::ByName => why.to_owned(),
            Self::ByList => format!("{why} Or leave it out: exclude: {{ names: [{root}] }}."),
        }
    }
}

/// A repository to fetch.
#[derive(Debug, Clone)]
pub struct RepositoryJob {
    /// Where it is. Its text is the key of the unit.
    pub address: Address,
    /// The folder of its files below the root of the source.
    pub root: String,
    /// The branch; the default one where there is none.
    pub branch: Option<String>,
    /// What goes to its host as a password, over https alone. The user's own credentials where there is none.
    pub token: Option<Token>,
    /// How somebody came to it.
    pub known: Known,
    /// Which files are descriptors.
    pub paths: Arc<Paths>,
    /// The mirror that it goes into.
    pub mirror: Mirror,
    /// What was fetched of it before.
    pub before: Option<Unit>,
    /// The time of this sync.
    pub now: Timestamp,
    /// What it shares with all others.
    pub room: Room,
}

impl RepositoryJob {
    /// What people call the repository.
    pub(super) fn name(&self) -> String {
        self.address.name_of(&self.root)
    }
}

/// What a repository came to.
#[derive(Debug, Clone, PartialEq)]
pub struct RepositoryOutcome {
    /// Its part of the manifest.
    pub unit: Unit,
    /// Whether it had not changed.
    pub is_unchanged: bool,
    /// What the user should know, as sentences that its name begins. Foreign text.
    pub notes: Vec<String>,
    /// Processes that it took.
    pub requests: u64,
    /// Entities that it declares; zero where it had not changed.
    pub entities: u64,
    /// Bytes of files that came.
    pub bytes: u64,
}

impl RepositoryOutcome {
    /// What an unchanged repository came to, of which no file was fetched.
    pub(super) fn without_files(unit: Unit, requests: u64) -> Self {
        Self { unit, is_unchanged: true, notes: Vec::new(), requests, entities: 0, bytes: 0 }
    }
}
