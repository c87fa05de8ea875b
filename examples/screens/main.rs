//! Draws the pictures of the README from real screens: `cargo run --example screens`.
//!
//! The real core runs on the bundled sample; what it draws becomes `assets/screens/*.svg`.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a tool for the people who work on callboard"
)]

#[path = "../../tests/support/stage.rs"]
#[allow(dead_code, reason = "a picture needs less of the stage than a scenario")]
mod stage;
mod svg;

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use callboard::ops::Cancel;
use callboard::ops::portal::{Places, Portal, Target};
use callboard::tui::theme::Depth;
use callboard::tui::worker::{Desk, DeskOptions};
use jiff::Timestamp;
use stage::Stage;

/// Columns and rows of the pictures.
const SIZE: (u16, u16) = (112, 32);

/// What somebody does on the way to a picture.
type Play = fn(&mut Stage);

/// The pictures: name, what they show, what is typed.
const PICTURES: [(&str, &str, Play); 6] = [
    ("catalog", "The catalog: search as you type, with a preview", |stage| {
        stage.type_text("paym owner:pay");
        stage.press("down down down down");
    }),
    ("entity", "An entity: owner, links, relations both ways", |stage| {
        stage.type_text("payments-api kind:component").press("enter");
    }),
    ("docs", "A docs page with its contents", |stage| {
        stage.type_text("payments-api kind:component").press("alt-d > > >");
    }),
    ("create", "A form made of a template's parameters", |stage| {
        stage.type_text("new-service kind:template").press("alt-c");
        stage.type_text("harbour-lights").press("tab").type_text("pay");
    }),
    ("plan", "The plan: everything that would happen, before it happens", |stage| {
        stage.type_text("new-service kind:template").press("alt-c");
        stage.type_text("harbour-lights").press("tab").type_text("paym").press("enter ctrl-g");
    }),
    ("who", "Who owns it, how to reach them, and why we think so", |stage| {
        stage.type_text("payments-api kind:component").press("alt-w");
    }),
];

fn main() -> std::io::Result<()> {
    let home = std::env::temp_dir().join(format!("callboard-screens-{}", std::process::id()));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screens");
    let now: Timestamp = "2026-11-21T09:14:00Z".parse().expect("a moment");
    let read = now - jiff::SignedDuration::from_mins(4);
    let places = Places { cache: home.join("cache"), state: home.join("state") };
    let portal = Portal::open(Target::Demo, places, Arc::new(move || read)).expect("the sample opens");
    portal.refresh(&Cancel::new(), &mut |_| ()).expect("the sample is read");
    for (name, title, play) in PICTURES {
        let options = DeskOptions { user: None, email: None, processors: NonZeroUsize::MIN };
        let theme = stage::theme("auto", Depth::Sixteen);
        let mut stage = Stage::new(Desk::new(&portal, &options), SIZE, now).with_theme(theme);
        play(&mut stage);
        let (buffer, cursor) = stage.draw();
        std::fs::write(folder.join(format!("{name}.svg")), svg::svg(&buffer, cursor, title))?;
    }
    std::fs::remove_dir_all(home)
}
