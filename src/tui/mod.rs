//! The terminal portal.

pub mod term;
pub mod theme;
