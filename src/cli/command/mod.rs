//! The commands, one file each: its arguments, its request to [`ops`](crate::ops), its text and its JSON.

mod changes;
mod completions;
mod config;
mod create;
mod deps;
mod docs;
mod doctor;
mod impact;
mod lint;
mod list;
mod man;
mod open;
mod rows;
mod search;
mod show;
mod status;
mod sync;
mod template;
mod who;

pub(crate) use completions::Completions;
pub(crate) use config::Config;
pub(crate) use create::Create;
pub(crate) use deps::Deps;
pub(crate) use docs::Docs;
pub(crate) use doctor::Doctor;
pub(crate) use impact::Impact;
pub(crate) use lint::Lint;
pub(crate) use list::List;
pub(crate) use man::Man;
pub(crate) use open::Open;
pub(crate) use search::Search;
pub(crate) use show::Show;
pub(crate) use status::Status;
pub(crate) use sync::Sync;
pub(crate) use template::Template;
pub(crate) use who::Who;
