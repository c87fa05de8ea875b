//! The first configuration: what is found out about where a catalog may come from, the sources that this
//! makes, and their text.

mod addition;
mod draft;
mod file;
mod found;
mod hosts;
mod identity;
mod place;
mod text;

pub use crate::source::backstage::{Lead, LeadOrigin};
pub use crate::source::forge::ForgeKind;
pub use crate::source::tools::{Account, Answer, Asking, TOOL_TIME, Tool, ToolAnswer};
pub use addition::add;
pub use draft::{Draft, Outcome, identify};
pub use file::{difference, read, write};
pub use found::{Found, look, tools};
pub use hosts::{Host, Owner};
pub use identity::{Guess, guess};
pub use place::{ENTRIES, Entry};
pub use text::{Failing, text};
