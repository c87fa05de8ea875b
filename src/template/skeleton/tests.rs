use super::*;
use crate::template::workspace::{EXECUTABLE_MODE, PLAIN_MODE};
use serde_json::json;

fn file(path: &str, text: &str) -> SkeletonEntry {
    SkeletonEntry {
        path: path.to_owned(),
        node: Node::File { bytes: text.as_bytes().into(), mode: PLAIN_MODE },
    }
}

fn rendered(entries: &[SkeletonEntry], input: Value) -> (Workspace, Result<Rendered, SkeletonError>) {
    let mut workspace = Workspace::default();
    let Value::Object(input) = input else { panic!("inputs are a map") };
    let result = SkeletonOptions::from_input(&input)
        .and_then(|options| render(entries, &options, &RenderOptions::default(), &mut workspace));
    (workspace, result)
}

#[test]
fn files_and_their_names_are_rendered() {
    let (workspace, result) =
        rendered(&[file("${{ values.n }}/a.txt", "Hi ${{ values.n }}")], json!({"values": {"n": "x"}}));
    assert_eq!(result.unwrap().written, ["x/a.txt"]);
    assert_eq!(workspace.text("x/a.txt"), Some("Hi x"));
}

#[test]
fn a_value_is_data_and_never_rendered_again() {
    let (workspace, _) =
        rendered(&[file("a", "${{ values.v }}")], json!({"values": {"v": "${{ values.w }}{% raw %}"}}));
    assert_eq!(workspace.text("a"), Some("${{ values.w }}{% raw %}"));
}

#[test]
fn a_name_that_leaves_the_folder_is_an_error_and_an_absolute_one_is_told() {
    let escape = rendered(&[file("${{ values.p }}", "x")], json!({"values": {"p": "../../x"}}));
    assert!(matches!(escape.1, Err(SkeletonError::Place { .. })));
    let absolute = rendered(&[file("${{ values.p }}/f", "x")], json!({"values": {"p": "/tmp/x"}}));
    assert_eq!(absolute.1.unwrap().absolute, ["/tmp/x/f"]);
    let dropped = rendered(&[file("${{ values.p }}/f", "x")], json!({"values": {"p": ""}}));
    assert_eq!(dropped.1.unwrap(), Rendered::default());
}

#[test]
fn a_file_whose_name_is_empty_is_left_out_in_every_folder() {
    let docs = SkeletonEntry { path: "docs".to_owned(), node: Node::Directory };
    let files = [
        docs,
        file("docs/{% if values.x %}a.md{% endif %}", "x"),
        file("{% if values.x %}b{% endif %}", "x"),
    ];
    let (workspace, result) = rendered(&files, json!({"values": {"x": false}}));
    assert_eq!(result.unwrap(), Rendered::default());
    assert_eq!(workspace.entries().map(|(path, _)| path).collect::<Vec<_>>(), ["docs"]);
}

#[test]
fn an_error_names_its_file_and_line() {
    let (_, result) = rendered(&[file("a.txt", "1\n${{ values.x | nofilter }}")], json!({"values": {}}));
    let said = result.unwrap_err().to_string();
    assert!(said.starts_with("a.txt: line 2"), "{said}");
}

#[test]
fn the_mode_of_a_file_stays() {
    let script = SkeletonEntry {
        path: "run.sh".to_owned(),
        node: Node::File { bytes: b"#!/bin/sh\n".as_slice().into(), mode: EXECUTABLE_MODE },
    };
    let (workspace, _) = rendered(&[script], json!({"values": {}}));
    assert!(matches!(workspace.get("run.sh"), Some(Node::File { mode: EXECUTABLE_MODE, .. })));
}

#[test]
fn what_is_there_is_kept_unless_it_is_to_be_replaced() {
    let Value::Object(input) = json!({"values": {}}) else { unreachable!() };
    let mut options = SkeletonOptions::from_input(&input).unwrap();
    let mut workspace = Workspace::default();
    workspace.put("a", Node::File { bytes: b"old".as_slice().into(), mode: PLAIN_MODE }).unwrap();
    let entries = [file("a", "new")];
    assert_eq!(render(&entries, &options, &RenderOptions::default(), &mut workspace).unwrap().kept, ["a"]);
    assert_eq!(workspace.text("a"), Some("old"));
    options.replace = true;
    render(&entries, &options, &RenderOptions::default(), &mut workspace).unwrap();
    assert_eq!(workspace.text("a"), Some("new"));
}
