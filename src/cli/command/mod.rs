//! The commands, one file each: its arguments, its request to [`ops`](crate::ops), its text and its JSON.

mod completions;
mod man;

pub(crate) use completions::Completions;
pub(crate) use man::Man;
