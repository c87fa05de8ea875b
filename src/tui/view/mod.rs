//! Pure drawing: rectangles from sizes, and the few shapes that all panes are made of.

mod canvas;
mod footer;
mod header;
mod input;
mod layout;
mod list;
mod symbols;
mod wrap;

pub use crate::number::{counted, thousands};
pub use canvas::{Canvas, Piece};
pub use footer::footer;
pub use header::header;
pub use input::input;
pub use layout::{Frame, Preview, arrange, split};
pub use list::Scroll;
pub use symbols::Symbols;
pub use wrap::wrap;
