//! Forms, workflows and skeletons of templates.

use std::collections::BTreeMap;

use callboard::catalog::{Entity, Origin, Position, SourceId};
use callboard::template::form::{Fault, check};
use callboard::template::render::{OnError, RenderOptions};
use callboard::template::skeleton::{self, SkeletonEntry, SkeletonOptions};
use callboard::template::workflow::{self, Actions, Call, Context, Deed, Outcome, StepStatus};
use callboard::template::workspace::{EXECUTABLE_MODE, Node, PLAIN_MODE, Workspace};
use callboard::template::{API_VERSION, Template};
use serde_json::{Map, Value, json};

use super::expect_equal;

/// The check of answers that a server does before a task.
pub(crate) fn form_validation(case: &Value, _: &Value) -> Result<(), String> {
    let (schema, values) = (&case["input"]["schema"], &case["input"]["values"]);
    let faults = check(schema, values).map_err(|finding| finding.message)?;
    let mut errors: Vec<Value> = Vec::new();
    for fault in &faults {
        for error in reported(fault) {
            if !errors.contains(&error) {
                errors.push(error);
            }
        }
    }
    let sorted = |errors: &[Value]| {
        let mut texts: Vec<String> = errors.iter().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    let expected = case["expect"]["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    expect_equal(&json!(faults.is_empty()), &case["expect"]["valid"])?;
    expect_equal(&json!(sorted(&errors)), &json!(sorted(expected)))
}

/// A fault as the server reports it: together with the `allOf` and `dependencies` that it fails inside of.
fn reported(fault: &Fault) -> Vec<Value> {
    let parts: Vec<&str> = fault.schema_pointer.split('/').skip(1).collect();
    let mut errors = Vec::new();
    let mut place = String::from("instance");
    let mut path = fault.path.iter();
    let mut index = 0;
    while index + 1 < parts.len() {
        match parts[index] {
            "properties" => {
                place.push('.');
                place.push_str(path.next().map_or("", String::as_str));
                index += 2;
            }
            "items" => {
                place.extend(["[", path.next().map_or("", String::as_str), "]"]);
                index += 1;
            }
            "allOf" => {
                errors.push(json!({"property": place, "rule": "allOf"}));
                index += 2;
            }
            "dependencies" => {
                errors.push(json!({"property": place, "rule": "dependencies"}));
                if fault.rule == "dependencies" {
                    return errors;
                }
                // What fails inside of a dependency is reported at the property that it hangs on.
                place.push('.');
                place.push_str(parts[index + 1]);
                index += 2;
            }
            _ => index += 1,
        }
    }
    errors.push(json!({"property": place, "rule": fault.rule}));
    errors
}

/// The mock actions of the vectors.
#[derive(Default)]
struct Mock {
    is_dry: bool,
    calls: Vec<Value>,
}

impl Actions for Mock {
    fn carry_out(&mut self, call: Call<'_>) -> Outcome {
        let done = |output: Map<String, Value>| Outcome::Done { output, deed: Deed::default() };
        match call.step.action.as_str() {
            "mock:nodry" if self.is_dry => Outcome::LeftOut {
                output: json!({"url": "<example>", "n": 0, "b": false, "l": ["<example>"], "x": "<unknown>"})
                    .as_object()
                    .cloned()
                    .unwrap_or_default(),
                deed: Deed::default(),
            },
            "mock:typed" if !call.input.get("n").is_some_and(Value::is_number) => {
                Outcome::Failed("n is no number".to_owned())
            }
            "mock:echo" | "mock:typed" | "mock:nodry" => {
                self.calls.push(Value::Object(call.input.clone()));
                done(call.input.clone())
            }
            "mock:fail" => {
                self.calls.push(Value::Object(call.input.clone()));
                Outcome::Failed("it fails always".to_owned())
            }
            other => Outcome::Failed(format!("there is no action {other}")),
        }
    }
}

fn entity(version: &str, spec: &Value) -> Entity {
    let document =
        json!({"apiVersion": version, "kind": "Template", "metadata": {"name": "t"}, "spec": spec});
    let origin = Origin {
        source: SourceId::new("vectors"),
        path: "template.yaml".into(),
        position: Position::default(),
        repository: None,
    };
    Entity::from_value(document, origin).expect("it has a kind and a name")
}

/// Steps in their order, with mock actions.
pub(crate) fn workflow(case: &Value, _: &Value) -> Result<(), String> {
    let spec = &case["input"]["spec"];
    let expected = &case["expect"];
    let version = spec["apiVersion"].as_str().unwrap_or(API_VERSION);
    let (template, _) = Template::from_entity(&entity(version, spec));
    if version != API_VERSION {
        return expect_equal(&json!(true), &expected["error"]);
    }
    let context = Context {
        parameters: spec["parameters"].as_object().cloned().unwrap_or_default(),
        secrets: case["input"]["secrets"].as_object().cloned().unwrap_or_default(),
        user: spec.get("user").cloned(),
        ..Context::default()
    };
    let mut mock = Mock { is_dry: case["input"]["dry"] == json!(true), calls: Vec::new() };
    let options = RenderOptions { on_error: OnError::KeepSource, ..RenderOptions::default() };
    let report = workflow::run(&template.steps, &template.output, &context, &options, &mut mock);
    let status = |status: StepStatus| match status {
        StepStatus::Done => "completed",
        StepStatus::Failed => "failed",
        StepStatus::Skipped | StepStatus::LeftOut | StepStatus::NotRun => "skipped",
    };
    let statuses: BTreeMap<&str, &str> = template
        .steps
        .iter()
        .zip(&report.steps)
        .map(|(step, report)| (step.id.as_str(), status(report.status)))
        .collect();
    expect_equal(&json!(report.failure.is_some()), &expected.get("error").cloned().unwrap_or(json!(false)))?;
    expect_equal(&json!(mock.calls), &expected["calls"])?;
    if let Some(expected) = expected.get("stepStatus") {
        expect_equal(&json!(statuses), expected)?;
    }
    match expected.get("output") {
        Some(output) => expect_equal(&Value::Object(report.output), output),
        None => Ok(()),
    }
}

/// A skeleton rendered into a workspace.
pub(crate) fn fetch_template(case: &Value, _: &Value) -> Result<(), String> {
    let input = case["input"]["input"].as_object().cloned().unwrap_or_default();
    let mut workspace = Workspace::default();
    for (path, file) in case["input"]["pre"].as_object().into_iter().flatten() {
        workspace.put(path, node(file)).map_err(|error| error.to_string())?;
    }
    let rendered = SkeletonOptions::from_input(&input).and_then(|options| {
        let entries = entries(&case["input"]["files"]);
        skeleton::render(&entries, &options, &RenderOptions::default(), &mut workspace)
    });
    if case["expect"]["error"] == json!(true) {
        return match rendered {
            Ok(rendered) => Err(format!("rendered {rendered:?}, expected an error")),
            Err(_) => Ok(()),
        };
    }
    rendered.map_err(|error| error.to_string())?;
    expect_equal(&tree(&workspace), &canonical(&case["expect"]["files"]))
}

/// The entries of a skeleton, the folders above its files included.
fn entries(files: &Value) -> Vec<SkeletonEntry> {
    let mut tree = BTreeMap::new();
    for (path, file) in files.as_object().into_iter().flatten() {
        for (at, _) in path.match_indices('/') {
            tree.entry(path[..at].to_owned()).or_insert(Node::Directory);
        }
        tree.insert(path.clone(), node(file));
    }
    tree.into_iter().map(|(path, node)| SkeletonEntry { path, node }).collect()
}

fn node(file: &Value) -> Node {
    let text = |key: &str| file.get(key).and_then(Value::as_str);
    let plain = |bytes: Vec<u8>, mode| Node::File { bytes: bytes.into(), mode };
    if let Some(target) = text("symlink") {
        Node::Symlink { target: target.to_owned() }
    } else if let Some(code) = text("base64") {
        plain(decode(code), PLAIN_MODE)
    } else if let Some(script) = text("exec") {
        plain(script.into(), EXECUTABLE_MODE)
    } else if file.get("dir").is_some() {
        Node::Directory
    } else {
        plain(file.as_str().unwrap_or("").into(), PLAIN_MODE)
    }
}

/// A tree as the vectors write it: folders only where they are empty.
fn tree(workspace: &Workspace) -> Value {
    let mut files = BTreeMap::new();
    for (path, node) in workspace.entries() {
        let written = match node {
            Node::Directory => {
                let prefix = format!("{path}/");
                if workspace.entries().any(|(other, _)| other.starts_with(&prefix)) {
                    continue;
                }
                json!({"dir": true})
            }
            Node::Symlink { target } => json!({"symlink": target}),
            Node::File { bytes, mode } => match std::str::from_utf8(bytes) {
                Ok(text) if *mode == EXECUTABLE_MODE => json!({"exec": text, "mode": "755"}),
                Ok(text) if !text.contains('\0') => json!(text),
                _ => json!({"bytes": bytes.as_ref()}),
            },
        };
        files.insert(path.to_owned(), written);
    }
    json!(files)
}

/// The expected files with their bytes in place of base64.
fn canonical(files: &Value) -> Value {
    let mut canonical = BTreeMap::new();
    for (path, file) in files.as_object().into_iter().flatten() {
        let file = match file.get("base64").and_then(Value::as_str) {
            Some(code) => {
                let bytes = decode(code);
                match std::str::from_utf8(&bytes) {
                    Ok(text) if !text.contains('\0') => json!(text),
                    _ => json!({"bytes": bytes}),
                }
            }
            None => file.clone(),
        };
        canonical.insert(path.clone(), file);
    }
    json!(canonical)
}

/// Bytes from base64.
fn decode(code: &str) -> Vec<u8> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for digit in code.chars().filter_map(|c| alphabet.find(c)) {
        bits = (bits << 6) | u32::try_from(digit).unwrap_or(0);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}
