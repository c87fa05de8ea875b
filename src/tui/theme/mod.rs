//! Themes: what a meaning looks like. Views ask for a [`Meaning`], never for a colour, so that colours, a
//! light background, 16 colours or none at all are decided here and nowhere else. Pure: a theme comes in as
//! text.

mod colour;
mod meaning;
mod sheet;
mod slot;
mod style;

pub use colour::Depth;
pub use meaning::Meaning;
pub use sheet::{BUILT_IN, Theme, ThemeError};
