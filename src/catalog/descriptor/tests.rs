//! What is read of whole files, and where its problems stand.

use super::*;
use crate::catalog::test_origin;

fn read_text(text: &str) -> Reading {
    read(text.as_bytes(), &test_origin("catalog-info.yaml"))
}

fn codes(reading: &Reading) -> Vec<(&str, u32, u32)> {
    let place = |problem: &Problem| problem.origin.position;
    reading.problems.iter().map(|p| (p.code.as_str(), place(p).line, place(p).column)).collect()
}

const GROUP: &str = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: ok\nspec:\n  type: team\n  children: []\n";

#[test]
fn a_broken_document_keeps_its_neighbours() {
    let reading = read_text(&format!("{GROUP}---\na: [1\n---\n- x\n---\n{}", GROUP.replace("ok", "two")));
    let names: Vec<_> = reading.entities.iter().map(|entity| entity.reference.as_str()).collect();
    assert_eq!(names, ["group:default/ok", "group:default/two"]);
    assert_eq!(codes(&reading), [("CB0101", 9, 4), ("CB0103", 11, 1)]);
    assert_eq!(reading.entities[1].origin.position.line, 13);
}

#[test]
fn an_entity_with_faults_is_kept_and_marked_as_refused() {
    let reading = read_text(&GROUP.replace("  children: []\n", "  children: x\n  profile:\n    email: 5\n"));
    assert_eq!(reading.entities.len(), 1);
    assert_eq!(reading.refused, BTreeSet::from([0]));
    assert_eq!(codes(&reading), [("CB0304", 7, 13), ("CB0304", 9, 12)]);
}

#[test]
fn a_missing_field_is_placed_at_its_parent() {
    let reading = read_text(&GROUP.replace("  children: []\n", ""));
    assert_eq!(codes(&reading), [("CB0303", 5, 1)]);
    assert_eq!(reading.problems[0].fix.as_deref(), Some("Add `children: []`."));
}

#[test]
fn a_number_is_quoted_as_it_was_written() {
    let reading = read_text(&GROUP.replace("name: ok", "name: 1e3 # short"));
    assert_eq!(reading.problems[0].message, "metadata.name takes a text, but is 1e3.");
    assert_eq!(reading.problems[0].fix.as_deref(), Some("Write it in quotes: \"1e3\"."));
}

#[test]
fn a_control_character_is_told_where_a_name_has_one_and_kept_in_other_texts() {
    let reading = read_text(&GROUP.replace("name: ok", "name: o\u{1b}k\n  title: a\u{b}b"));
    assert_eq!(codes(&reading), [("CB0207", 4, 9)]);
    assert!(reading.problems[0].message.starts_with("\"o\\u{1b}k\" is no name"), "{:?}", reading.problems);
    assert_eq!(reading.entities[0].document.pointer("/metadata/title").unwrap(), "a\u{b}b");
}

#[test]
fn what_is_left_out_is_noted_at_its_place() {
    let reading = read_text(&format!("{GROUP}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: x}}\n"));
    assert_eq!(codes(&reading), [("CB0110", 9, 1)]);
    assert_eq!(reading.skipped[0].reason, LookAlike::OtherSystem);
}

#[test]
fn a_malformed_version_kind_or_name_makes_no_document_vanish() {
    for (version, kind, name, expected) in [
        ("a/b/c", "Custom", "x", ("CB0205", 1, 13)),
        ("acme.com/v1", "My-Kind", "x", ("CB0206", 2, 7)),
        ("acme.com/v1", "Custom", "-x", ("CB0207", 4, 9)),
    ] {
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: {name}\n");
        assert!(codes(&read_text(&text)).contains(&expected), "{text}");
    }
}

#[test]
fn a_kind_of_ones_own_is_kept_with_a_note() {
    let reading = read_text(&GROUP.replace("Group", "S3Bucket"));
    assert_eq!(reading.entities[0].reference.kind(), "s3bucket");
    assert_eq!(codes(&reading), [("CB0301", 2, 7)]);
}

#[test]
fn what_no_reference_can_name_is_a_problem_and_no_entity() {
    for (sound, unsound) in [("kind: Group", "kind: a/Group"), ("name: ok", "name: ok\n  namespace: a/b")] {
        let reading = read_text(&GROUP.replace(sound, unsound));
        assert_eq!(reading.entities, []);
        assert!(!reading.problems.is_empty());
    }
}

#[test]
fn binary_files_and_empty_ones_are_told_apart() {
    let origin = test_origin("catalog-info.yaml");
    assert_eq!(codes(&read(b"a\xff", &origin)), [("CB0106", 1, 2)]);
    assert_eq!(read(b"# nothing\n---\n", &origin), Reading::default());
}

#[test]
fn what_a_server_adds_is_no_fault_and_the_errors_that_it_reports_are_problems() {
    let served = serde_json::json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": {"name": "ok", "uid": "1"},
        "spec": {"type": "team", "children": []},
        "relations": [{"type": "acme.com/audits", "targetRef": "component:default/x"}],
        "status": {"items": [
            {"type": "backstage.io/catalog-processing", "level": "error", "message": "no such file",
             "error": {"name": "NotFoundError", "message": "no such file"}},
            {"type": "x", "level": "warning", "message": "slow"},
        ]},
    });
    let reading = read_json(served.to_string().as_bytes(), &test_origin("x"));
    assert_eq!(codes(&reading), [("CB0411", 1, 1)]);
    assert_eq!(
        reading.problems[0].message,
        "The server reports an error: NotFoundError: no such file (backstage.io/catalog-processing)."
    );
    assert_eq!(reading.problems[0].entity.as_ref(), Some(&reading.entities[0].reference));
    assert!(reading.refused.is_empty());
    let document = reading.entities[0].document.json();
    assert!(document.contains("acme.com/audits") && document.contains("slow"));
}

#[test]
fn a_place_is_found_again_from_the_file() {
    let text = format!("{GROUP}---\n{GROUP}");
    let reading = read_text(&text);
    let mut problem =
        Code::Dangling.problem(reading.entities[1].origin.clone(), "x").at_pointer("/spec/type");
    locate([&mut problem], text.as_bytes());
    assert_eq!(problem.origin.position, Position { line: 14, column: 9 });
}
