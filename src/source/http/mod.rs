//! HTTP as callboard speaks it: to one origin, with a limit on everything, and a sentence for every way in
//! which it can go wrong.

mod answer;
mod budget;
mod client;
mod failure;
#[cfg(test)]
mod server;

pub use answer::{Answer, next_page};
pub use budget::Budget;
pub(in crate::source) use client::check;
pub use client::{Ask, Http, HttpSettings, Patience, TokenHeader};
#[cfg(test)]
pub(in crate::source) use server::{Log, Reply, serve};
