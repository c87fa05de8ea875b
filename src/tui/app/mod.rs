//! The pure core: `update(&mut State, Event) -> Vec<Effect>`. It awaits nothing, reads nothing and draws
//! nothing; time comes in with each event.

mod action;
mod effect;
mod hear;
mod history;
mod input;
mod job;
mod menus;
mod message;
mod navigate;
mod state;
mod update;
mod view;

pub use action::Action;
pub use effect::{Effect, Syncing};
pub use history::History;
pub use job::Job;
pub use message::Message;
pub use state::{Network, Options, Portal, State, Toast};
pub use update::{Event, update};
pub use view::view;
