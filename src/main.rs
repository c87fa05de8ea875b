//! Parses arguments, picks a face, maps errors to exit codes; nothing else.

use std::process::ExitCode;

use callboard::cli::{self, Arguments};
use callboard::config::Environment;
use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    cli::run(arguments, Environment::read())
}
