use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::catalog::{Entity, Origin, Position, SourceId};
use crate::template::action::FetchError;
use crate::template::form::Form;
use crate::template::skeleton::SkeletonEntry;
use crate::template::workspace::PLAIN_MODE;

/// A repository with one skeleton, and an empty catalog.
struct Repository(Vec<(&'static str, &'static str)>);

impl Surroundings for Repository {
    fn fetch(&self, url: &str) -> Result<Vec<SkeletonEntry>, FetchError> {
        if url != "./skeleton" {
            return Err(FetchError::Failed(format!("{url} is not in the repository")));
        }
        let entry =
            |(path, text): &(&str, &str)| SkeletonEntry { path: (*path).to_owned(), node: file(text) };
        Ok(self.0.iter().map(entry).collect())
    }

    fn fetch_file(&self, url: &str) -> Result<Node, FetchError> {
        Err(FetchError::Failed(format!("{url} is not in the repository")))
    }

    fn entity(&self, _: &EntityRef) -> Result<Option<Value>, String> {
        Ok(None)
    }
}

fn file(text: &str) -> Node {
    Node::File { bytes: text.as_bytes().into(), mode: PLAIN_MODE }
}

#[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
fn planned(spec: Value, skeleton: Vec<(&'static str, &'static str)>, values: Value) -> Plan {
    let document = json!({
        "apiVersion": crate::template::API_VERSION, "kind": "Template", "metadata": {"name": "t"}, "spec": spec
    });
    let origin = Origin {
        source: SourceId::new("s"),
        path: "template.yaml".into(),
        position: Position::default(),
        repository: None,
    };
    let (template, _) = Template::from_entity(&Entity::from_value(document, origin).unwrap());
    let mut form = Form::new(&template, &BTreeSet::new());
    form.load(&values).unwrap();
    plan(&template, &form.submit().unwrap(), None, &Repository(skeleton))
}

fn service() -> Value {
    json!({
        "parameters": {"properties": {"name": {"type": "string"}, "repoUrl": {"type": "string"}}},
        "steps": [
            {"id": "fetch", "action": "fetch:template",
             "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}}},
            {"id": "publish", "action": "publish:github", "input": {"repoUrl": "${{ parameters.repoUrl }}"}},
            {"id": "register", "action": "catalog:register",
             "input": {"repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}"}}
        ],
        "output": {"links": [{"url": "${{ steps.publish.output.remoteUrl }}"},
                             {"entityRef": "${{ steps.register.output.entityRef }}"}]}
    })
}

#[test]
fn the_plan_is_the_final_tree_and_what_reaches_outside_is_left_to_a_person() {
    let skeleton = vec![("catalog-info.yaml", "kind: Component\nmetadata:\n  name: ${{ values.name }}\n")];
    let plan =
        planned(service(), skeleton, json!({"name": "pay", "repoUrl": "github.com?owner=acme&repo=pay"}));
    let prospects: Vec<_> = plan.steps.iter().map(|step| step.prospect).collect();
    assert_eq!(prospects, [Prospect::Ready, Prospect::LeftToYou, Prospect::LeftToYou]);
    assert_eq!(plan.steps[1].does, "creates a repository and pushes the files: https://github.com/acme/pay");
    assert_eq!((plan.files[0].path.as_str(), plan.files[0].lines), ("catalog-info.yaml", Some(3)));
    assert_eq!(
        plan.output["links"],
        json!([{"url": "https://github.com/acme/pay.git"}, {"entityRef": "component:default/pay"}])
    );
    assert!(plan.warnings.iter().any(|warning| warning.ends_with("left to you: publish, register.")));
    assert_eq!(plan.obstacles(LeaveOut::Nothing).len(), 2);
    assert!(plan.obstacles(LeaveOut::Outside).is_empty());
}

#[test]
fn mistakes_are_said_before_anything_starts() {
    let spec = json!({"steps": [
        {"id": "a", "action": "debug:log", "input": {"message": "${{ steps.b.output.x }}"}},
        {"id": "b", "action": "no:such"}
    ]});
    let plan = planned(spec, vec![], json!({}));
    assert!(
        plan.problems[0].contains("\"b\"") && plan.problems[0].contains("runs later"),
        "{:?}",
        plan.problems
    );
    assert_eq!(plan.steps[1].prospect, Prospect::Unknown);
}

#[test]
fn the_machinery_of_git_is_refused_in_every_spelling() {
    for name in [".git", ".GIT", ".git.", "GIT~1", ".g\u{200c}it"] {
        assert!(is_git(name), "{name}");
    }
    assert!(!is_git(".gitignore") && !is_git("git"));
}

#[test]
fn names_that_differ_by_case_only_are_a_problem() {
    let spec = json!({"steps": [{"action": "fetch:plain", "input": {"url": "./skeleton"}}]});
    let plan = planned(spec, vec![("Readme", "a"), ("README", "b")], json!({}));
    assert!(plan.problems[0].contains("Readme"), "{:?}", plan.problems);
}

#[test]
fn no_secret_is_in_a_plan() {
    let spec = json!({
        "parameters": {"properties": {"token": {"type": "string", "ui:field": "Secret"},
                                      "pass": {"type": "string", "ui:widget": "password"}}},
        "steps": [
            {"id": "l", "action": "debug:log",
             "input": {"message": "${{ secrets.token }} ${{ secrets.token | upper | reverse }} ${{ parameters.pass }}"}},
            {"id": "u", "action": "acme:${{ x }}", "input": {"t": "${{ secrets.token }}"}}
        ],
        "output": {"text": [{"content": "${{ parameters.pass }}"}]}
    });
    let plan = planned(spec, vec![], json!({"token": "s3cr3t-Value", "pass": "hunter22"}));
    let shown = format!("{plan:?} {}", serde_json::to_string(&plan).unwrap()).to_lowercase();
    for secret in ["s3cr3t", "eulav-t3rc3s", "hunter22"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
