//! Writes the pages of the manual that are made from tables in the code: `cargo run --example manual`.

#![allow(clippy::disallowed_methods, reason = "a tool for the people who work on callboard")]

use std::path::Path;

fn main() -> std::io::Result<()> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    std::fs::write(docs.join("keys.md"), callboard::tui::keymap::manual())?;
    std::fs::write(docs.join("problems.md"), callboard::catalog::problems_manual())
}
