//! What the screens look like: text and styles at five sizes. A change is reviewed like code.

use crate::Sample;
use crate::stage::Stage;

const SIZES: [(u16, u16); 5] = [(120, 40), (80, 24), (60, 20), (40, 12), (1, 1)];

fn at_sizes(name: &str, keys: impl Fn(&mut Stage)) {
    for (width, height) in SIZES {
        let mut sample = Sample::open(width, height);
        keys(&mut sample.stage);
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), sample.stage.screen());
    }
}

#[test]
fn the_catalog_at_its_start() {
    at_sizes("catalog", |_| ());
}

#[test]
fn an_entity() {
    at_sizes("entity", |stage| {
        stage.type_text("payments-api kind:component").press("enter");
    });
}

#[test]
fn a_docs_page() {
    at_sizes("docs", |stage| {
        stage.type_text("payments-api kind:component").press("alt-d > > >");
    });
}

#[test]
fn a_form() {
    at_sizes("form", |stage| {
        stage
            .type_text("new-service kind:template")
            .press("alt-c")
            .type_text("Harbour")
            .press("tab")
            .type_text("pay");
    });
}

#[test]
fn a_plan() {
    at_sizes("plan", |stage| {
        stage
            .type_text("publish kind:template")
            .press("alt-c")
            .type_text("tide-tables")
            .press("tab")
            .type_text("payments");
        stage.press("enter").type_text("git.skerry.example/skerry-line/tide-tables").press("ctrl-g");
    });
}

#[test]
fn the_problems() {
    at_sizes("problems", |stage| {
        stage.press("alt-e");
    });
}

#[test]
fn the_help() {
    at_sizes("help", |stage| {
        stage.press("?");
    });
}

#[test]
fn nothing_found() {
    at_sizes("nothing", |stage| {
        stage.type_text("paymnets kind:api");
    });
}

#[test]
fn styles_tell_meanings_apart_without_colour() {
    let mut sample = Sample::open(80, 24);
    sample.stage.type_text("paym");
    insta::assert_snapshot!("styles_16_colours", sample.stage.styles());
    let mut sample = Sample::open(80, 24).with_theme("none", callboard::tui::theme::Depth::None);
    sample.stage.type_text("paym");
    insta::assert_snapshot!("styles_no_colour", sample.stage.styles());
}
