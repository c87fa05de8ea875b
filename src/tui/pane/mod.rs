//! The panes: one file or folder each, with its state, its update and its view.
//!
//! Adding a pane: its file, a variant of [`Place`] with its arms below, its rows in the command table.

pub mod catalog;
pub mod create;
pub mod docs;
pub mod entity;
pub mod menu;
pub mod preview;
pub mod problems;
pub mod sources;

use ratatui::layout::{Position, Rect};

use super::app::{Effect, Job, Syncing};
use super::command::{Command, Context};
use super::view::Canvas;

/// What is shown below the frame.
#[derive(Debug, Clone)]
pub enum Place {
    /// The search box and its list.
    Catalog,
    /// One entity.
    Entity(Box<entity::EntityPage>),
    /// A docs site.
    Docs(Box<docs::Reader>),
    /// A template: its form, its plan, its report.
    Create(Box<create::CreatePane>),
    /// The sources and how they are.
    Sources(Box<sources::SourcesPane>),
    /// What is wrong, file by file.
    Problems(Box<problems::ProblemsPane>),
}

/// What a place makes of a command or a key.
#[derive(Debug)]
pub enum Response {
    /// Done, with what it wants from outside.
    Effects(Vec<Effect>),
    /// Leads to another place.
    Enter(Place),
    /// Fetches sources.
    Sync(Syncing),
    /// A sentence for the user.
    Say(String),
    /// Not a command of this place.
    NotMine,
}

impl Response {
    /// Done, nothing wanted.
    pub fn done() -> Self {
        Self::Effects(Vec::new())
    }
}

/// The newest job of each kind that a place waits for.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlaceJobs {
    /// An entity with everything its page shows.
    pub entity: Job,
    /// The links of an entity.
    pub links: Job,
    /// A docs site and its page.
    pub docs: Job,
    /// A form, a plan, a run.
    pub create: Job,
    /// How the sources are.
    pub sources: Job,
    /// What is wrong.
    pub problems: Job,
}

impl Place {
    /// The contexts of the keymap.
    pub fn contexts(&self) -> Vec<Context> {
        match self {
            Self::Catalog => vec![Context::Catalog],
            Self::Entity(_) => vec![Context::Entity],
            Self::Docs(reader) => reader.contexts(),
            Self::Create(create) => create.contexts(),
            Self::Sources(_) => vec![Context::Sources],
            Self::Problems(_) => vec![Context::Problems],
        }
    }

    /// Where we are, for the header.
    pub fn path(&self) -> Vec<String> {
        let mut path = vec!["callboard".to_owned()];
        match self {
            Self::Catalog => path.push("catalog".to_owned()),
            Self::Entity(page) => {
                path.push(page.reference.kind().to_owned());
                path.push(page.reference.humanize(Some(page.reference.kind())));
                path.extend(page.shows_yaml().then(|| "yaml".to_owned()));
            }
            Self::Docs(reader) => {
                path.push("docs".to_owned());
                path.extend(reader.path());
            }
            Self::Create(create) => {
                path.push("create".to_owned());
                path.extend(create.path());
            }
            Self::Sources(_) => path.push("sources".to_owned()),
            Self::Problems(pane) => {
                path.push("problems".to_owned());
                path.extend(pane.source.as_ref().map(ToString::to_string));
            }
        }
        path
    }

    /// Asks for what the place needs, when it is entered and when the catalog behind it changed.
    pub fn load(&mut self, jobs: &mut PlaceJobs) -> Vec<Effect> {
        match self {
            Self::Catalog => Vec::new(),
            Self::Entity(page) => {
                vec![Effect::Entity { generation: jobs.entity.start(), reference: page.reference.clone() }]
            }
            Self::Docs(reader) => reader.load(&mut jobs.docs),
            Self::Create(create) => create.load(&mut jobs.create),
            Self::Sources(_) => vec![Effect::Sources { generation: jobs.sources.start() }],
            Self::Problems(pane) => {
                vec![Effect::Problems { generation: jobs.problems.start(), source: pane.source.clone() }]
            }
        }
    }

    /// Does what a command asks of the place.
    pub fn command(&mut self, command: Command, jobs: &mut PlaceJobs) -> Response {
        match self {
            Self::Catalog => Response::NotMine,
            Self::Entity(page) => page.command(command),
            Self::Docs(reader) => reader.command(command, &mut jobs.docs),
            Self::Create(create) => create.command(command, &mut jobs.create),
            Self::Sources(pane) => pane.command(command),
            Self::Problems(pane) => pane.command(command),
        }
    }

    /// Lays the place out for a size; true where it has to be loaded again for it.
    pub fn resize(&mut self, body: Rect) -> bool {
        match self {
            Self::Catalog => {}
            Self::Entity(page) => page.resize(body),
            Self::Docs(reader) => return reader.resize(body),
            Self::Create(create) => create.resize(body),
            Self::Sources(pane) => pane.resize(body),
            Self::Problems(pane) => pane.resize(body),
        }
        false
    }

    /// Draws the place and tells where the cursor stands.
    pub fn view(&self, canvas: &mut Canvas<'_>, body: Rect) -> Option<Position> {
        match self {
            Self::Catalog => None,
            Self::Entity(page) => {
                page.view(canvas, body);
                None
            }
            Self::Docs(reader) => reader.view(canvas, body),
            Self::Create(create) => create.view(canvas, body),
            Self::Sources(pane) => {
                pane.view(canvas, body);
                None
            }
            Self::Problems(pane) => {
                pane.view(canvas, body);
                None
            }
        }
    }

    /// The commands that the footer offers, the most useful first.
    pub fn hints(&self) -> &'static [Command] {
        use Command as C;
        match self {
            Self::Catalog => &[],
            Self::Entity(_) => &[
                C::Open,
                C::Links,
                C::Docs,
                C::Who,
                C::ToggleYaml,
                C::CopyRef,
                C::NextSection,
                C::Back,
                C::Palette,
                C::Help,
            ],
            Self::Docs(reader) => reader.hints(),
            Self::Create(create) => create.hints(),
            Self::Sources(pane) => pane.hints(),
            Self::Problems(pane) => pane.hints(),
        }
    }
}
