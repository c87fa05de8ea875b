//! Parses arguments, picks a face, maps errors to exit codes, names the allocator; nothing else.

use std::process::ExitCode;

use callboard::cli::{self, Arguments};
use callboard::config::Environment;
use clap::Parser as _;

/// A first read spends a fourth of its time in the allocator of the C library, and a third of that in this one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    cli::run(arguments, Environment::read())
}
