//! What the core wants done outside: jobs for the workers and requests to the terminal, as data.

use std::path::PathBuf;

use crate::catalog::{EntityRef, SourceId};
use crate::ops::docs::Goal;
use crate::template::form::Answers;
use crate::tui::worker::Desks;

/// A wish of the core. Jobs carry the generation that their answers come back with.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Finds the rows for a query.
    Search {
        /// The generation.
        generation: u64,
        /// The text of the box.
        query: String,
        /// Rows wanted at most.
        limit: usize,
    },
    /// Finds what can be typed next, at the end of the box.
    Complete {
        /// The generation.
        generation: u64,
        /// The text of the box.
        query: String,
    },
    /// Loads what the preview shows.
    Preview {
        /// The generation.
        generation: u64,
        /// The entity.
        reference: EntityRef,
    },
    /// Loads an entity with everything its page shows.
    Entity {
        /// The generation.
        generation: u64,
        /// The entity.
        reference: EntityRef,
    },
    /// Asks who owns an entity.
    Who {
        /// The generation.
        generation: u64,
        /// The entity.
        reference: EntityRef,
    },
    /// Loads the links of an entity.
    Links {
        /// The generation.
        generation: u64,
        /// The entity.
        reference: EntityRef,
    },
    /// Loads a docs site with one of its pages.
    Docs {
        /// The generation.
        generation: u64,
        /// The entity that has the docs.
        reference: EntityRef,
        /// The page.
        goal: Goal,
        /// Columns of the page.
        width: u16,
    },
    /// Loads the form of a template.
    Form {
        /// The generation.
        generation: u64,
        /// The template.
        reference: EntityRef,
    },
    /// Makes the plan for answers.
    Plan {
        /// The generation.
        generation: u64,
        /// The template.
        reference: EntityRef,
        /// The answers.
        answers: Answers,
        /// The folder to make.
        out: String,
    },
    /// Carries out the plan that was made last.
    CarryOut {
        /// The generation.
        generation: u64,
    },
    /// Fetches sources and reads the catalog again.
    Refresh {
        /// The generation.
        generation: u64,
        /// What is fetched.
        which: Syncing,
    },
    /// Looks how the sources are.
    Sources {
        /// The generation.
        generation: u64,
    },
    /// Looks what is wrong.
    Problems {
        /// The generation.
        generation: u64,
        /// In which source; nothing for all.
        source: Option<SourceId>,
    },
    /// Remembers that an entity was opened.
    Remember(EntityRef),
    /// Pins an entity, or takes its pin away.
    Pin(EntityRef, bool),
    /// Copies text by the terminal's clipboard.
    Copy(String),
    /// Opens an address in the browser, where there is one.
    OpenAddress(String),
    /// Hands a file to the user's editor.
    EditFile {
        /// The file.
        file: PathBuf,
        /// The line to start at, from 1.
        line: Option<u32>,
    },
    /// Lets the terminal have the mouse, or takes it.
    Mouse(bool),
    /// Draws everything again.
    Redraw,
    /// Stops until `fg`.
    Suspend,
    /// Leaves, to set up sources.
    SetUp,
    /// Leaves.
    Quit,
}

/// Which sources are fetched before the catalog is read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Syncing {
    /// None: nothing may be asked of a network.
    Local,
    /// None, and nothing is read where no watched folder changed since it was read.
    Changed,
    /// Those whose time has come.
    Due,
    /// All.
    All,
    /// One.
    Only(SourceId),
    /// One, however much of it goes.
    AcceptingLoss(SourceId),
    /// None, and what is being fetched is left: what was known is kept.
    Stop,
}

impl Effect {
    /// The desk that does it; nothing for what is asked of the terminal.
    pub fn lane(&self) -> Option<Desks> {
        Some(match self {
            Self::Search { .. } => Desks::Search,
            Self::Complete { .. } => Desks::Complete,
            Self::Preview { .. } | Self::Entity { .. } | Self::Links { .. } | Self::Who { .. } => {
                Desks::Details
            }
            Self::Docs { .. } => Desks::Docs,
            Self::Form { .. } | Self::Plan { .. } | Self::CarryOut { .. } => Desks::Create,
            Self::Refresh { .. } => Desks::Refresh,
            Self::Sources { .. } | Self::Problems { .. } => Desks::Details,
            Self::Remember(_) | Self::Pin(..) => Desks::User,
            Self::Copy(_)
            | Self::OpenAddress(_)
            | Self::EditFile { .. }
            | Self::Mouse(_)
            | Self::Redraw
            | Self::Suspend
            | Self::SetUp
            | Self::Quit => return None,
        })
    }
}
