//! The terminal portal.

pub mod term;
