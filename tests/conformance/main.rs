//! Conformance: what Backstage was observed to do, case by case.
//!
//! Reads every `*.json` of the folder in `CALLBOARD_VECTORS`, else the project's own copy, and prints one
//! line for each topic. A miss fails unless `known.json` lists it with a reason; so does a listed one that
//! passes by now. A topic is added by its line in [`TOPICS`].

#![expect(clippy::disallowed_methods, reason = "a test reads its cases and its environment itself")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on ends there")]

mod catalog_filter;
mod corpus;
mod descriptors;
mod docs_corpus;
mod expected;
mod known;
mod markdown;
mod markup;
mod places;
mod refs;
mod rendering;
mod techdocs;
mod template_corpus;
mod templates;

use std::io::Write as _;
use std::path::PathBuf;

use known::Known;
use serde_json::Value;

/// Runs one case of a topic; the second value is the whole file, for what its cases share.
type Topic = fn(&Value, &Value) -> Result<(), String>;

const TOPICS: &[(&str, Topic)] = &[
    ("catalog_facets", catalog_filter::catalog_facets),
    ("catalog_paging", catalog_filter::catalog_paging),
    ("catalog_query", catalog_filter::catalog_query),
    ("field_selection", catalog_filter::field_selection),
    ("filter_predicate", catalog_filter::filter_predicate),
    ("filter_string", catalog_filter::filter_string),
    ("scm_urls", places::scm_urls),
    ("search_rows", catalog_filter::search_rows),
    ("entity_ref", refs::entity_ref),
    ("entity_validation", descriptors::entity_validation),
    ("fetch_template", templates::fetch_template),
    ("field_format", descriptors::field_format),
    ("form_validation", templates::form_validation),
    ("location_ref", places::location_ref),
    ("relations", refs::relations),
    ("repo_url", rendering::repo_url),
    ("template_cookiecutter", rendering::cookiecutter),
    ("template_render", rendering::text),
    ("template_value", rendering::value),
    ("template_whitespace", rendering::text),
    ("techdocs_config", techdocs::techdocs_config),
    ("techdocs_markdown", markdown::techdocs_markdown),
    ("techdocs_nav", techdocs::techdocs_nav),
    ("workflow", templates::workflow),
    ("yaml_documents", descriptors::yaml_documents),
];

#[test]
fn every_vector_is_met_or_listed_with_a_reason() {
    let folder = vectors_folder();
    let known = Known::read(&own_folder().join("known.json"));
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no vectors in {}", folder.display());

    let mut faults = Vec::new();
    for path in files {
        let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        run_topic(&file, &known, &mut faults);
    }
    assert!(faults.is_empty(), "{} unexpected:\n{}", faults.len(), faults.join("\n"));
}

fn own_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// Where the vectors are.
fn vectors_folder() -> PathBuf {
    std::env::var_os("CALLBOARD_VECTORS").map_or_else(|| own_folder().join("vectors"), PathBuf::from)
}

fn run_topic(file: &Value, known: &Known, faults: &mut Vec<String>) {
    let topic = file["topic"].as_str().expect("a file of vectors names its topic");
    let cases = file["cases"].as_array().expect("a file of vectors has cases");
    let run = TOPICS.iter().find(|(name, _)| *name == topic).map(|(_, run)| run);
    let mut passed = 0;
    for case in cases {
        let id = case["id"].as_str().expect("a case has an id");
        let outcome = match run {
            Some(run) => run(case, file),
            None => Err("no such topic yet".to_owned()),
        };
        passed += usize::from(outcome.is_ok());
        match (outcome, known.reason(topic, id)) {
            (Err(miss), None) => faults.push(format!("{topic} {id}: {miss}")),
            (Ok(()), Some(_)) => faults.push(format!("{topic} {id}: passes, so take it out of known.json")),
            _ => {}
        }
    }
    let line = format!("{topic} {passed}/{}\n", cases.len());
    // Not through `println!`, which the test harness would keep to itself.
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

/// Compares an outcome with the expectation of a case.
fn expect_equal(found: &Value, expected: &Value) -> Result<(), String> {
    // That it must fail is what a case says; the words of the error are free.
    let is_error = |outcome: &Value| outcome.get("error").is_some();
    let is_met = found == expected || (is_error(found) && is_error(expected));
    if is_met { Ok(()) } else { Err(format!("found {found}, expected {expected}")) }
}
