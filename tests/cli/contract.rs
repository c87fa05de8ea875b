//! What scripts depend on: the envelope, streams, exit codes, colours, a closed pipe.

use std::io::Read as _;
use std::process::Stdio;

use crate::support::{Home, component, said};

#[test]
fn every_json_answer_has_the_envelope() {
    let home = Home::new();
    for (arguments, name) in [
        (&["list"][..], "list"),
        (&["search", "pay"], "search"),
        (&["show", "payments-api"], "show"),
        (&["who", "payments-api"], "who"),
        (&["deps", "payments-api"], "deps"),
        (&["docs"], "docs"),
        (&["open", "payments-api"], "open"),
        (&["status"], "status"),
        (&["template", "list"], "template-list"),
        (&["template", "lint"], "template-lint"),
        (&["template", "show", "docs-site"], "template-show"),
    ] {
        let answer = home.demo_json(arguments);
        assert_eq!(answer["schema"], format!("callboard/v1/{name}"));
        assert!(answer["asOf"].is_string(), "{name} says how old it is");
        assert!(answer["stale"].is_array() && answer["items"].is_array(), "{name}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let home = Home::new();
    let many: String =
        (0..5_000).map(|n| component(&format!("component-number-{n}"), "") + "---\n").collect();
    home.write("catalog-info.yaml", many);
    let mut child = home
        .command(&["list", "-o", "ndjson"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap(); // and drops the pipe
    let end = said(&child.wait_with_output().unwrap());
    assert_eq!((end.err.as_str(), end.code), ("", Some(0)));
}

#[test]
fn a_pipe_gets_no_colours_unless_they_are_asked_for() {
    let home = Home::new();
    assert!(!home.demo(&["who", "payments-api"]).out.contains('\u{1b}'));
    assert!(home.demo(&["who", "payments-api", "--color", "always"]).out.contains("\u{1b}["));
    let plain = home.command(&["who", "payments-api", "--demo"]).env("NO_COLOR", "1").output().unwrap();
    assert!(!said(&plain).out.contains('\u{1b}'));
}

#[test]
fn wrong_usage_ends_with_2() {
    let home = Home::new();
    for wrong in [&["list", "--no-such-flag"][..], &["list", "-o", "xml"], &["search"], &["who"]] {
        assert_eq!(home.run(wrong).code, Some(2), "{wrong:?}");
    }
    assert_eq!(home.run(&["list", "--demo", "--source", "."]).code, Some(2));
}

#[test]
fn without_a_terminal_the_portal_is_refused_with_the_way_out() {
    let said = Home::new().run(&["--demo"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--help"), "{}", said.err);
}

#[test]
fn a_folder_without_descriptors_says_what_to_do() {
    let said = Home::new().run(&["list"]);
    assert_eq!((said.code, said.out.as_str()), (Some(3), ""));
    assert!(said.err.contains("--demo") && said.err.contains("--source"), "{}", said.err);
}

#[test]
fn a_folder_that_is_not_there_cannot_be_reached() {
    let said = Home::new().run(&["list", "--source", "nothing"]);
    assert_eq!(said.code, Some(4));
    assert!(said.err.contains("nothing: it does not exist."), "{}", said.err);
}

#[test]
fn the_folder_of_the_user_is_looked_at_without_configuration() {
    let home = Home::new();
    home.write("svc/catalog-info.yaml", component("svc", ""));
    assert_eq!(home.run(&["list", "-o", "name"]).out, "component:default/svc\n");
}

#[test]
fn answers_are_never_silently_stale_and_offline_reads_nothing() {
    let home = Home::new();
    home.write("catalog-info.yaml", component("before", ""));
    assert_eq!(home.run(&["list", "-o", "name", "--offline"]).code, Some(4));
    assert_eq!(home.run(&["list", "-o", "name"]).out, "component:default/before\n");
    home.write("catalog-info.yaml", component("afterwards", ""));
    assert_eq!(home.run(&["list", "-o", "name", "--offline"]).out, "component:default/before\n");
    assert_eq!(home.run(&["list", "-o", "name"]).out, "component:default/afterwards\n");
}

#[test]
fn several_sources_are_one_catalog() {
    let home = Home::new();
    home.write("a/one/catalog-info.yaml", component("one", ""));
    home.write("b/one/catalog-info.yaml", component("two", ""));
    let said = home.run(&["list", "-o", "name", "--source", "a/one", "--source", "b/one"]);
    assert_eq!(said.out, "component:default/one\ncomponent:default/two\n");
}

#[test]
fn configured_sources_are_looked_at_wherever_one_stands() {
    let home = Home::new();
    home.write("src/svc/catalog-info.yaml", component("svc", ""));
    let config = home.write("config.yaml", "sources:\n  - { id: src, type: directory, path: src }\n");
    let said = home.run(&["status", "--json", "--config", config.to_str().unwrap()]);
    let answer: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(answer["items"][0]["sources"][0]["id"], "src");
}

#[test]
fn keys_that_mean_nothing_are_found_by_config_check() {
    let home = Home::new();
    let keys = "keys:\n  kitchen: { a: quit }\n  docs: { g: top, \"ctrl-\": quit, x: no-such-command }\n";
    let file = home.write("config.yaml", keys);
    let said = home.run(&["config", "check", "--config", file.to_str().unwrap()]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    for wrong in ["kitchen", "no-such-command", "ctrl-", "\"g g\" behind it"] {
        assert!(said.out.contains(wrong), "{wrong}: {}", said.out);
    }
}
