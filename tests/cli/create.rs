//! From a template to files, without a terminal.

use crate::support::{Home, files};

const ANSWERS: [&str; 2] = ["--set", "title=Keep the ledger append-only"];

#[test]
fn missing_answers_are_listed_and_nothing_is_asked() {
    let said = Home::new().demo(&["create", "decision-or-runbook", "--out", "site", "--yes"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("title: "), "{}", said.err);
}

#[test]
fn a_dry_run_shows_every_file_and_writes_nothing() {
    let home = Home::new();
    let said = home.demo(&[&["create", "decision-or-runbook", "--dry-run"], &ANSWERS[..]].concat());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.out.contains(".md"), "{}", said.out);
    assert!(files(&home.here()).is_empty());
}

#[test]
fn without_a_terminal_nothing_is_made_until_yes_is_said() {
    let home = Home::new();
    let arguments = [&["create", "decision-or-runbook", "--out", "site"], &ANSWERS[..]].concat();
    let said = home.demo(&arguments);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--yes"), "{}", said.err);
    assert!(files(&home.here()).is_empty());
    let said = home.demo(&[&arguments[..], &["--yes"]].concat());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(files(&home.here()).iter().any(|file| file.starts_with("site/docs/")));
}

#[test]
fn an_occupied_folder_is_refused_and_stays_as_it_is() {
    let home = Home::new();
    home.write("site/mine.txt", "mine");
    let said =
        home.demo(&[&["create", "decision-or-runbook", "--out", "site", "--yes"], &ANSWERS[..]].concat());
    assert_eq!(said.code, Some(5));
    assert!(said.err.contains("mine.txt"), "{}", said.err);
    assert_eq!(files(&home.here()), ["site/mine.txt"]);
}

#[test]
fn answers_come_from_a_file_and_flags_win() {
    let home = Home::new();
    home.write("answers.json", r#"{"status": "accepted", "title": "From the file"}"#);
    let said = home.demo(&[
        "create",
        "decision-or-runbook",
        "--values",
        "answers.json",
        "--set",
        "title=From the flag",
        "--dry-run",
        "--json",
    ]);
    let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(answer["items"][0]["parameters"]["title"], "From the flag");
    assert_eq!(answer["items"][0]["parameters"]["status"], "accepted");
}

#[test]
fn a_file_of_answers_that_cannot_be_read_is_named() {
    let home = Home::new();
    home.write("answers.yaml", "a: [");
    for file in ["answers.yaml", "nothing.yaml"] {
        let said = home.demo(&["create", "decision-or-runbook", "--values", file, "--dry-run"]);
        assert_eq!(said.code, Some(2));
        assert!(said.err.contains(file), "{}", said.err);
    }
}

#[test]
fn steps_that_reach_outside_are_named_before_anything_starts() {
    let home = Home::new();
    let details = home.demo_json(&["template", "show", "publish-website"]);
    let steps = details["items"][0]["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["carriedOut"] == "outside"));
    assert!(home.demo(&["template", "show", "publish-website"]).out.contains("reaches outside"));
}
