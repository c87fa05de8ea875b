//! Mistakes in the steps of a template that can be known before anything runs: unknown actions, misspelt
//! inputs, outputs that nobody has given yet, expressions that cannot be read.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::action::{self, Reach, known};
use super::expression::reads::variables;
use super::expression::{Delimiters, calls};
use super::form::Form;
use super::model::{Finding, Page, Step, Template};
use crate::catalog::{Entity, Problem};

/// Everything that is wrong with a template, as problems of its entity.
pub fn problems(entity: &Entity) -> Vec<Problem> {
    let (template, mut findings) = Template::from_entity(entity);
    let form = Form::new(&template, &BTreeSet::new());
    findings.extend(form.findings().iter().cloned());
    findings.extend(steps(&template));
    findings.extend(parameters(&template, &form));
    let problem = |finding: Finding| Problem {
        code: finding.code.to_owned(),
        severity: finding.severity,
        message: finding.message,
        fix: finding.fix,
        origin: entity.origin.clone(),
        pointer: Some(finding.pointer),
        entity: Some(entity.reference.clone()),
        related: Vec::new(),
    };
    findings.into_iter().map(problem).collect()
}

/// All findings about the steps and the output of a template.
pub fn steps(template: &Template) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all: BTreeSet<&str> = template.steps.iter().map(|step| step.id.as_str()).collect();
    let mut before = BTreeSet::new();
    for step in &template.steps {
        let is_off = step.condition == Some(Value::Bool(false));
        match known(&step.action) {
            None if !is_off => {
                let pointer = format!("{}/action", step.pointer);
                let near = super::form::nearest(&step.action, action::KNOWN.iter().map(|known| known.id));
                let finding =
                    Finding::warning(pointer, format!("The action {} is not known here.", step.action));
                findings.push(match near {
                    Some(near) => finding.with_fix(format!("Did you mean {near}?")),
                    None => finding.with_fix("A run leaves such a step out when it is told to."),
                });
            }
            None => {}
            Some(known) => {
                for message in action::misspelt(step.input.keys(), known) {
                    findings.push(Finding::warning(format!("{}/input", step.pointer), message));
                }
                for name in known.required.iter().filter(|name| !step.input.contains_key(**name)) {
                    let message = format!("{} needs the input {name:?}.", known.id);
                    findings.push(Finding::error(format!("{}/input", step.pointer), message));
                }
                if known.reach == Reach::Here && step.input.contains_key("copyWithoutRender") {
                    let pointer = format!("{}/input/copyWithoutRender", step.pointer);
                    let message = "copyWithoutRender does nothing any more.";
                    findings
                        .push(Finding::warning(pointer, message).with_fix("Write copyWithoutTemplating."));
                }
            }
        }
        let mut parts = vec![(format!("{}/input", step.pointer), Value::Object(step.input.clone()))];
        parts.extend(step.condition.clone().map(|value| (format!("{}/if", step.pointer), value)));
        parts.extend(step.each.clone().map(|value| (format!("{}/each", step.pointer), value)));
        for (pointer, value) in &parts {
            texts(value, pointer, &mut |pointer, text| {
                expression(pointer, text, &before, &all, &mut findings);
            });
        }
        before.insert(step.id.as_str());
    }
    output(&template.output, &all, &mut findings);
    findings
}

/// A place relative to the descriptor that a step fetches files from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it is written, as a JSON pointer.
    pub pointer: String,
    /// The `url` as written.
    pub url: String,
    /// Whether the step may be left out, so that a run may do without the files.
    pub has_condition: bool,
}

/// The places that steps fetch files from. Those that an expression makes, that begin at the root of a
/// repository, or of steps that are off, are not among them.
pub fn fetched(entity: &Entity) -> Vec<Fetched> {
    let (template, _) = Template::from_entity(entity);
    let is_relative = |url: &&str| {
        !url.contains("${{") && !url.contains("{%") && !url.contains(':') && !url.starts_with('/')
    };
    let fetched = |step: &Step| {
        let is_here = known(&step.action).is_some_and(|known| known.reach == Reach::Here);
        if !is_here || !step.action.starts_with("fetch:") || step.condition == Some(Value::Bool(false)) {
            return None;
        }
        Some(Fetched {
            url: step.input.get("url")?.as_str().filter(is_relative)?.to_owned(),
            pointer: format!("{}/input/url", step.pointer),
            has_condition: step.condition.is_some(),
        })
    };
    template.steps.iter().filter_map(fetched).collect()
}

/// Parameters that an expression reads and no page asks for: they are nothing in every run.
fn parameters(template: &Template, form: &Form) -> Vec<Finding> {
    let mut findings = Vec::new();
    // What a page of another file asks for is not known where that file could not be read.
    let is_elsewhere = |page: &Page| page.schema.get("$yaml").or_else(|| page.schema.get("$json")).is_some();
    if template.pages.iter().any(is_elsewhere) {
        return findings;
    }
    let mut look = |pointer: &str, text: &str| {
        let reads = variables(text, Delimiters::Backstage).unwrap_or_default();
        let named = reads.iter().filter_map(|read| match read.path.as_slice() {
            [root, name, ..] if root == "parameters" => Some(name),
            _ => None,
        });
        for name in named.collect::<BTreeSet<_>>() {
            let Err(near) = form.has_parameter(name) else { continue };
            let message = format!("It uses the parameter {name:?}, which no page asks for.");
            let near = near.map_or_else(
                || "Ask for it under parameters.".to_owned(),
                |near| format!("Did you mean {near}?"),
            );
            findings.push(Finding::warning(pointer, message).with_fix(near));
        }
    };
    for step in &template.steps {
        texts(&Value::Object(step.input.clone()), &format!("{}/input", step.pointer), &mut look);
        for (name, value) in [("if", &step.condition), ("each", &step.each)] {
            if let Some(value) = value {
                texts(value, &format!("{}/{name}", step.pointer), &mut look);
            }
        }
    }
    texts(&Value::Object(template.output.clone()), "/spec/output", &mut look);
    findings
}

fn output(output: &Map<String, Value>, all: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let mut found = Vec::new();
    texts(&Value::Object(output.clone()), "/spec/output", &mut |pointer, text| {
        expression(pointer, text, all, all, &mut found);
    });
    // What is shown at the end stops no run.
    let doubtful =
        |finding: Finding| Finding { fix: finding.fix, ..Finding::warning(finding.pointer, finding.message) };
    findings.extend(found.into_iter().map(doubtful));
}

fn expression(
    pointer: &str,
    text: &str,
    before: &BTreeSet<&str>,
    all: &BTreeSet<&str>,
    findings: &mut Vec<Finding>,
) {
    let reads = match variables(text, Delimiters::Backstage) {
        Ok(reads) => reads,
        Err(error) => {
            let finding = Finding::error(pointer, format!("The expression cannot be read: {error}"));
            findings.push(finding.with_fix(error.hint()));
            return;
        }
    };
    // It was read above, so it can be read here.
    for fault in calls::unknown(text, Delimiters::Backstage).unwrap_or_default() {
        // A Backstage may have filters and functions of its own.
        let finding = Finding::warning(pointer, format!("The expression cannot be carried out: {fault}."));
        findings.push(finding.with_fix(fault.hint()));
    }
    let ids: BTreeSet<&str> = reads.iter().filter_map(|read| step_of(&read.path)).collect();
    for id in ids {
        if before.contains(id) {
            continue;
        }
        findings.push(if all.contains(id) {
            let message = format!("It uses the output of step {id:?}, which runs later.");
            Finding::error(pointer, message).with_fix("Use a step that runs before.")
        } else {
            // Backstage gives nothing for it, and templates that are maintained run with that.
            let message = format!("It uses the output of step {id:?}, which does not exist.");
            Finding::warning(pointer, message).with_fix("Name a step that runs before.")
        });
    }
}

/// The id of the step that a path reads: `steps.id.output`.
fn step_of(path: &[String]) -> Option<&str> {
    match path {
        [root, id, ..] if root == "steps" => Some(id),
        _ => None,
    }
}

/// Calls for every text of a value that holds an expression, with its place.
fn texts(value: &Value, pointer: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::String(text) if text.contains("${{") || text.contains("{%") => found(pointer, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(item, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                texts(item, &format!("{pointer}/{key}"), found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Origin, Position, SourceId};
    use crate::template::API_VERSION;
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
    fn messages(steps: Value) -> Vec<String> {
        let document = json!({"apiVersion": API_VERSION, "kind": "Template", "metadata": {"name": "t"},
            "spec": {"steps": steps}});
        let origin = Origin {
            source: SourceId::new("s"),
            path: "template.yaml".into(),
            position: Position::default(),
            repository: None,
        };
        let problems = problems(&Entity::from_value(document, origin).unwrap());
        problems
            .into_iter()
            .map(|problem| format!("{} {}", problem.pointer.unwrap(), problem.message))
            .collect()
    }

    #[test]
    fn a_parameter_that_no_page_asks_for_is_named_with_its_neighbour() {
        let document = json!({"apiVersion": API_VERSION, "kind": "Template", "metadata": {"name": "t"}, "spec": {
            "parameters": [{"properties": {"name": {"type": "string"}}, "dependencies": {"name": ["more"]}}],
            "steps": [{"id": "a", "action": "debug:log", "if": "${{ parameters.nam }}",
                "input": {"message": "${{ parameters.name }} ${{ parameters['more'] }} ${{ parameters }}"}}]}});
        let entity = Entity::from_value(document, crate::catalog::test_origin("template.yaml")).unwrap();
        let problems = problems(&entity).into_iter().filter(|it| it.message.contains("uses the parameter"));
        let said: Vec<_> = problems.map(|it| (it.pointer.unwrap(), it.fix.unwrap())).collect();
        assert_eq!(said, [("/spec/steps/0/if".to_owned(), "Did you mean name?".to_owned())]);
    }

    #[test]
    fn an_output_is_read_only_after_it_was_given() {
        let step =
            |id: &str, message: &str| json!({"id": id, "action": "debug:log", "input": {"message": message}});
        let said = messages(json!([
            step("a", "${{ steps['b-c'].output.x | upper }}"),
            step("b-c", "${{ steps.a.output.x }}${{ steps.ghost.output }}${{ steps.ghost.result }}")
        ]));
        assert_eq!(
            said,
            [
                "/spec/steps/0/input/message It uses the output of step \"b-c\", which runs later.",
                "/spec/steps/1/input/message It uses the output of step \"ghost\", which does not exist."
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let said = messages(
            json!([{"action": "debug:log", "if": "${{ a &&& b }}", "input": {"message": ["${{ x.. }}"]}}]),
        );
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].starts_with("/spec/steps/0/input/message/0 "), "{said:?}");
        assert!(said[1].starts_with("/spec/steps/0/if "), "{said:?}");
    }

    #[test]
    fn what_it_calls_and_is_not_there_is_doubted() {
        let said =
            messages(json!([{"action": "debug:log", "input": {"message": "${{ parameters | nofilter }}"}}]));
        let message = "The expression cannot be carried out: there is no filter `nofilter`.";
        assert_eq!(said, [format!("/spec/steps/0/input/message {message}")]);
    }

    #[test]
    fn relative_places_that_files_are_fetched_from_are_known() {
        let fetch = |url: &str| json!({"action": "fetch:template", "input": {"url": url}});
        let off = json!({"action": "fetch:plain", "if": false, "input": {"url": "./off"}});
        let urls = ["./skeleton", "../shared", "https://x.org/y", "/root", "./${{ parameters.kind }}"];
        let steps: Vec<Value> = urls.map(fetch).into_iter().chain([off]).collect();
        let document = json!({"apiVersion": API_VERSION, "kind": "Template", "metadata": {"name": "t"},
            "spec": {"steps": steps}});
        let fetched = fetched(&Entity::from_value(document, crate::catalog::test_origin("t.yaml")).unwrap());
        let place = |it: &Fetched| (it.pointer.clone(), it.url.clone());
        let known = |at: usize, url: &str| (format!("/spec/steps/{at}/input/url"), url.to_owned());
        let fetched: Vec<_> = fetched.iter().map(place).collect();
        assert_eq!(fetched, [known(0, "./skeleton"), known(1, "../shared")]);
    }

    #[test]
    fn actions_and_inputs_are_checked_by_name() {
        let said = messages(json!([
            {"action": "fetch:templat", "input": {}},
            {"action": "fetch:template", "input": {"urll": "./s"}},
            {"action": "no:such", "if": false}
        ]));
        assert_eq!(
            said,
            [
                "/spec/steps/0/action The action fetch:templat is not known here.",
                "/spec/steps/1/input fetch:template takes no input \"urll\"; did you mean url?",
                "/spec/steps/1/input fetch:template needs the input \"url\"."
            ]
        );
    }
}
