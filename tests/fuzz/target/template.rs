//! Any text is a template or an error inside of it, and every render ends within its fuel.

use callboard::template::expression::limits::Limits;
use callboard::template::expression::{Delimiters, RenderError, reads};
use callboard::template::render::{RenderOptions, Rendered, render_string, render_text};
use serde_json::json;

/// Far less than the portal gives, so that what ignores its fuel is seen as a hang.
const STEPS: u64 = 20_000;
const OUTPUT_BYTES: usize = 64 << 10;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(source) = std::str::from_utf8(bytes) else { return };
    let scope = json!({
        "parameters": {"name": "tide-tables", "n": 3, "x": 0.5, "on": true, "none": null, "tags": ["a", "b", "é漢"]},
        "values": {"owner": "group:default/payments", "repoUrl": "github.com?owner=acme&repo=tides"},
        "steps": {"publish": {"output": {"remoteUrl": "https://example.com/acme/tides"}}},
        "x": [1, [2, [3, "a"]], {"k": "v", "o": {}}],
    });
    let limits = Limits { steps: STEPS, output_bytes: OUTPUT_BYTES };
    let options = RenderOptions { limits, ..RenderOptions::default() };

    let text = render_text(source, &scope, &options);
    match &text {
        Ok(text) => {
            assert!(text.len() <= OUTPUT_BYTES);
            if !source.contains("${{") && !source.contains("{%") && !source.contains("{#") {
                assert_eq!(text, source, "text without delimiters stays as it is");
            }
        }
        Err(error) => lies_in(error, source),
    }
    assert_eq!(text, render_text(source, &scope, &options), "the same template twice");
    match render_string(source, &scope, &options) {
        Ok(Rendered::Value(value)) => drop(value.to_string()),
        Ok(Rendered::Undefined) => {}
        Err(error) => lies_in(&error, source),
    }
    if let Err(error) = reads::variables(source, Delimiters::default()) {
        lies_in(&error, source);
    }
}

/// An error names a line of the source and quotes it.
fn lies_in(error: &RenderError, source: &str) {
    let line = source.split('\n').nth(error.line() - 1).expect("a line of the source");
    assert!((1..=line.chars().count() + 1).contains(&error.column()), "{error}");
    assert!(source.contains(error.excerpt()), "{error}");
    assert!(!error.to_string().is_empty() && !error.hint().is_empty());
}
