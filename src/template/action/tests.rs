use serde_json::json;

use super::*;
use crate::template::model::Step;
use crate::template::workspace::PLAIN_MODE;

/// An empty repository and a catalog with one entity.
struct Little;

impl Surroundings for Little {
    fn fetch(&self, url: &str) -> Result<Vec<SkeletonEntry>, FetchError> {
        let node = Node::File { bytes: b"x".as_slice().into(), mode: PLAIN_MODE };
        match url {
            "./s" => Ok(vec![SkeletonEntry { path: "a/b.txt".to_owned(), node }]),
            "./link" => Ok(vec![SkeletonEntry {
                path: "leak".to_owned(),
                node: Node::Symlink { target: "../../outside".to_owned() },
            }]),
            _ => Err(FetchError::Elsewhere),
        }
    }

    fn fetch_file(&self, _: &str) -> Result<Node, FetchError> {
        Ok(Node::File { bytes: b"f".as_slice().into(), mode: PLAIN_MODE })
    }

    fn entity(&self, reference: &EntityRef) -> Result<Option<Value>, String> {
        Ok((reference.as_str() == "group:default/pay").then(|| json!({"kind": "Group"})))
    }
}

/// Carries calls out one after the other; gives the outcomes and the paths that are there at the end.
#[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
fn carried_out(calls: Value) -> (Vec<Outcome>, Vec<String>) {
    let (template, hidden) = (EntityRef::new("Template", "default", "t"), Secrets::default());
    let options = RenderOptions::default();
    let mut carrier = Carrier::new(&Little, &template, &hidden, &options);
    let mut outcomes = Vec::new();
    for call in calls.as_array().unwrap() {
        let input = call["input"].as_object().cloned().unwrap_or_default();
        let step = Step {
            id: "s".to_owned(),
            name: "s".to_owned(),
            action: call["action"].as_str().unwrap().to_owned(),
            input: input.clone(),
            condition: None,
            each: None,
            pointer: String::new(),
        };
        outcomes.push(carrier.carry_out(Call { step: &step, input: &input, shown: &input }));
    }
    let paths = carrier.into_workspace().entries().map(|(path, _)| path.to_owned()).collect();
    (outcomes, paths)
}

fn failure(calls: Value) -> String {
    match carried_out(calls).0.pop() {
        Some(Outcome::Failed(message)) => message,
        other => panic!("a failure, not {other:?}"),
    }
}

#[test]
fn files_are_fetched_moved_written_and_deleted() {
    let (_, paths) = carried_out(json!([
        {"action": "fetch:plain", "input": {"url": "./s"}},
        {"action": "fs:rename", "input": {"files": [{"from": "a", "to": "./c/"}]}},
        {"action": "fetch:plain:file", "input": {"url": "./f", "targetPath": "./d.txt"}},
        {"action": "roadiehq:utils:fs:write", "input": {"path": "e.txt", "content": "e"}},
        {"action": "fs:delete", "input": {"files": ["*.txt"]}}
    ]));
    assert_eq!(paths, ["c", "c/b.txt"]);
}

#[test]
fn nothing_leaves_the_folder() {
    for input in [
        json!([{"action": "fetch:plain", "input": {"url": "./s", "targetPath": "../x"}}]),
        json!([{"action": "fetch:template", "input": {"url": "./s", "targetPath": "/abs"}}]),
        json!([{"action": "fs:delete", "input": {"files": ["../x"]}}]),
        json!([{"action": "catalog:write", "input": {"entity": {}, "filePath": "../x"}}]),
        json!([{"action": "roadiehq:utils:fs:write", "input": {"path": "/etc/x", "content": ""}}]),
    ] {
        assert!(failure(input.clone()).contains("leaves the folder"), "{input}");
    }
}

#[test]
fn a_link_out_of_the_skeleton_is_left_out_and_said() {
    let (outcomes, paths) = carried_out(json!([{"action": "fetch:template", "input": {"url": "./link"}}]));
    assert!(paths.is_empty());
    let Outcome::Done { deed, .. } = &outcomes[0] else { panic!("done") };
    assert!(deed.warnings[0].starts_with("leak: the link leads out"));
}

#[test]
fn a_written_entity_says_which_template_it_came_from() {
    let (template, hidden) = (EntityRef::new("Template", "default", "t"), Secrets::default());
    let options = RenderOptions::default();
    let mut carrier = Carrier::new(&Little, &template, &hidden, &options);
    let input = json!({"entity": {"kind": "Component", "metadata": {"name": "a"}}});
    let input = input.as_object().cloned().unwrap();
    let step = Step {
        id: "s".to_owned(),
        name: "s".to_owned(),
        action: "catalog:write".to_owned(),
        input: input.clone(),
        condition: None,
        each: None,
        pointer: String::new(),
    };
    carrier.carry_out(Call { step: &step, input: &input, shown: &input });
    let workspace = carrier.into_workspace();
    let written = crate::catalog::yaml::parse(workspace.text("catalog-info.yaml").unwrap()).unwrap();
    assert_eq!(
        written.pointer("/metadata/annotations/backstage.io~1source-template"),
        Some(&json!("template:default/t"))
    );
}

#[test]
fn an_entity_is_read_from_the_catalog_or_named_as_missing() {
    let (outcomes, _) = carried_out(
        json!([{"action": "catalog:fetch", "input": {"entityRef": "pay", "defaultKind": "Group"}}]),
    );
    let Outcome::Done { output, .. } = &outcomes[0] else { panic!("done") };
    assert_eq!(output["entity"], json!({"kind": "Group"}));
    let missing = failure(json!([{"action": "catalog:fetch", "input": {"entityRef": "group:x"}}]));
    assert_eq!(missing, "there is no group:default/x in the catalog");
}

#[test]
fn a_misspelt_input_is_a_warning_that_names_its_neighbour() {
    let (outcomes, _) =
        carried_out(json!([{"action": "fetch:plain", "input": {"url": "./s", "targetpath": "x"}}]));
    let Outcome::Done { deed, .. } = &outcomes[0] else { panic!("done") };
    assert_eq!(deed.warnings, ["fetch:plain takes no input \"targetpath\"; did you mean targetPath?"]);
}

#[test]
fn files_from_another_place_are_left_to_a_person() {
    let (outcomes, _) =
        carried_out(json!([{"action": "fetch:plain", "input": {"url": "https://github.com/a/b"}}]));
    let Outcome::LeftOut { deed, .. } = &outcomes[0] else { panic!("left out") };
    assert_eq!(deed.does, "fetches files from another place: https://github.com/a/b");
}
