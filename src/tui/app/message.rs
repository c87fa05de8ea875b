//! Answers of the workers. Each carries the generation of the request it answers.

use std::sync::Arc;

use super::Portal;
use crate::catalog::query::Completion;
use crate::catalog::{EntityRef, SourceId};
use crate::ops::problems::Problems;
use crate::ops::search::SearchOutcome;
use crate::ops::show::EntityDetails;
use crate::ops::sources::SourceView;
use crate::ops::who::WhoAnswer;
use crate::tui::pane::{create, docs};

/// An answer; a failed one is the sentence that says what failed and what to do next.
#[derive(Debug, Clone)]
pub enum Message {
    /// A catalog is open, or another state of it.
    Opened(Portal),
    /// Something changed in a folder that is watched.
    FoldersChanged,
    /// What the background is doing.
    Activity(Option<String>),
    /// The sources could not be read.
    RefreshFailed(String),
    /// How far a source is; nothing when it is done.
    Syncing {
        /// The source.
        source: SourceId,
        /// What it is at.
        words: Option<String>,
    },
    /// Fetching and reading came to their end.
    Settled {
        /// The generation.
        generation: u64,
    },
    /// How the sources are.
    Sources {
        /// The generation.
        generation: u64,
        /// The sources.
        sources: Vec<SourceView>,
    },
    /// What is wrong.
    Problems {
        /// The generation.
        generation: u64,
        /// The problems.
        found: Result<Arc<Problems>, String>,
    },
    /// What a search found so far; the last answer of a generation says so.
    Found {
        /// The generation.
        generation: u64,
        /// What was found.
        found: SearchOutcome,
        /// Whether nothing more will come.
        is_last: bool,
    },
    /// What can be typed next, the most likely first.
    Offered {
        /// The generation.
        generation: u64,
        /// The candidates.
        offered: Vec<Completion>,
    },
    /// What the preview shows.
    Preview {
        /// The generation.
        generation: u64,
        /// The entity.
        details: Result<Arc<EntityDetails>, String>,
    },
    /// What an entity's page shows.
    Entity {
        /// The generation.
        generation: u64,
        /// The entity.
        details: Result<Arc<EntityDetails>, String>,
    },
    /// An entity, for the menu of its links.
    Links {
        /// The generation.
        generation: u64,
        /// The entity.
        details: Result<Arc<EntityDetails>, String>,
    },
    /// Who owns an entity.
    Who {
        /// The generation.
        generation: u64,
        /// The answer.
        answer: Result<Box<WhoAnswer>, String>,
    },
    /// A docs site, or a page of it.
    Docs {
        /// The generation.
        generation: u64,
        /// The answer.
        answer: Result<docs::Loaded, String>,
        /// Whether nothing more will come: the beginning of a long page comes first.
        is_last: bool,
    },
    /// A form, a plan or a report.
    Create {
        /// The generation.
        generation: u64,
        /// The answer.
        answer: Result<Box<create::Loaded>, String>,
    },
    /// The pins of the user.
    Pins(Vec<EntityRef>),
    /// Something to say in a toast, such as what became of a copy.
    Say(String),
}
