//! HTTP as callboard speaks it: to one origin, with a limit on everything, and a sentence for every way in
//! which it can go wrong.

mod answer;
mod budget;
mod client;
mod failure;
#[cfg(test)]
mod server;
mod settings;
mod trust;

pub use answer::{Answer, next_page};
pub use budget::Budget;
pub use client::{Ask, Http};
#[cfg(test)]
pub(in crate::source) use server::{Log, Reply, serve};
pub(in crate::source) use settings::check;
pub use settings::{HttpSettings, Patience, TokenHeader};
