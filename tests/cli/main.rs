//! The command line as scripts meet it: the real binary in a home of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test ends at what it did not expect")]

mod answers;
mod catalog;
mod contract;
mod create;
mod doctor;
mod hostile;
mod init;
mod lint;
mod support;
mod sync;
