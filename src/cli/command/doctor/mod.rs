//! `callboard doctor`: what callboard found out about this terminal, this machine and the sources, and what to do.

mod finding;
mod run;
mod surroundings;

pub(crate) use run::Doctor;
