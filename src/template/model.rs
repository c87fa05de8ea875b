//! A template as data: the pages of its form, its steps and its output, read from an entity. What is wrong
//! with it is collected with its place and never stops the reading. Knows no answers and runs nothing.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::catalog::{Code, Entity, EntityRef, Severity};

/// The only version of templates that is understood.
pub const API_VERSION: &str = "scaffolder.backstage.io/v1beta3";

/// Steps that one template may have; real ones have at most 44.
const MAX_STEPS: usize = 500;

/// Pages that one form may have; real ones have at most 8.
const MAX_PAGES: usize = 100;

/// A template: what it asks, what it does, what it shows at the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its identity.
    pub reference: EntityRef,
    /// What people call it. Foreign text.
    pub title: String,
    /// What it is for. Foreign text.
    pub description: Option<String>,
    /// Who owns it, as written.
    pub owner: Option<String>,
    /// What it makes, such as `service`.
    pub spec_type: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The pages of its form, in order.
    pub pages: Vec<Page>,
    /// The schema of its secrets, where it has one.
    pub secrets: Option<Value>,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// What it shows at the end: `links`, `text` and other values.
    pub output: Map<String, Value>,
    /// `apiVersion` as written.
    pub version: Option<String>,
}

/// A page of the form: a JSON schema with a title.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The heading. Foreign text.
    pub title: Option<String>,
    /// What the page is about. Foreign text.
    pub description: Option<String>,
    /// The schema of the page, an object.
    pub schema: Value,
    /// Where it stands in the document, as a JSON pointer.
    pub pointer: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its id; `step-<n>` where none is given.
    pub id: String,
    /// What it is called; the action where nothing is given. Foreign text.
    pub name: String,
    /// The action, such as `fetch:template`.
    pub action: String,
    /// The input before any expression is rendered.
    pub input: Map<String, Value>,
    /// `if`: text or a boolean.
    pub condition: Option<Value>,
    /// `each`: text, a list or a map.
    pub each: Option<Value>,
    /// Where it stands in the document, as a JSON pointer.
    pub pointer: String,
}

/// Something wrong with a template, at a place of its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The code of the table of problems.
    pub code: &'static str,
    /// How bad it is: with an error, the template cannot be used.
    pub severity: Severity,
    /// The place in the document, as a JSON pointer.
    pub pointer: String,
    /// What is wrong, in plain words, naming the offending value.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Finding {
    /// A finding that makes the template unusable.
    pub fn error(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        let (code, severity) = (Code::BadTemplate.id(), Severity::Error);
        Self { code, severity, ..Self::warning(pointer, message) }
    }

    /// A finding that is most likely a mistake.
    pub fn warning(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: Code::DoubtfulTemplate.id(),
            severity: Severity::Warning,
            pointer: pointer.into(),
            message: message.into(),
            fix: None,
        }
    }

    /// The same finding with what to do about it.
    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl Template {
    /// Reads a template from an entity, with everything that is wrong with its shape.
    pub fn from_entity(entity: &Entity) -> (Self, Vec<Finding>) {
        let mut findings = Vec::new();
        let empty = Map::new();
        let spec = entity.spec().unwrap_or(&empty);
        if entity.spec().is_none() {
            findings.push(Finding::error("/spec", "The template has no spec."));
        }
        let version = entity.at("/apiVersion").map(|version| version.raw().to_owned());
        if let Some(version) = version.as_deref().filter(|version| *version != API_VERSION) {
            let message = format!("The template is written for {version:?}, which is not understood.");
            findings.push(Finding::error("/apiVersion", message).with_fix(format!("Write {API_VERSION}.")));
        }
        let text = |pointer: &str| entity.at(pointer).map(|text| text.raw().to_owned());
        let template = Self {
            reference: entity.reference.clone(),
            title: entity.display_name().raw().to_owned(),
            description: text("/metadata/description"),
            owner: text("/spec/owner"),
            spec_type: text("/spec/type"),
            tags: entity.tags().map(|tag| tag.raw().to_owned()).collect(),
            pages: pages(spec.get("parameters"), &mut findings),
            secrets: spec.get("secrets").and_then(|secrets| secrets.get("schema")).cloned(),
            steps: steps(spec.get("steps"), &mut findings),
            output: match spec.get("output") {
                Some(Value::Object(output)) => output.clone(),
                Some(Value::Null) | None => Map::new(),
                Some(_) => {
                    findings.push(Finding::warning("/spec/output", "The output is no map."));
                    Map::new()
                }
            },
            version,
        };
        if spec.contains_key("formDecorators") {
            let message = "Form decorators are code of a web portal: they are left out here.";
            findings.push(Finding::warning("/spec/formDecorators", message));
        }
        (template, findings)
    }
}

fn pages(parameters: Option<&Value>, findings: &mut Vec<Finding>) -> Vec<Page> {
    let (list, is_list) = match parameters {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(list)) => (list.as_slice(), true),
        Some(single) => (std::slice::from_ref(single), false),
    };
    let mut pages = Vec::new();
    for (index, schema) in list.iter().enumerate().take(MAX_PAGES) {
        let pointer =
            if is_list { format!("/spec/parameters/{index}") } else { "/spec/parameters".to_owned() };
        let Value::Object(object) = schema else {
            let message = format!("The parameters are no schema but {}.", type_name(schema));
            findings.push(
                Finding::error(pointer, message)
                    .with_fix("Write an object with title, required and properties."),
            );
            continue;
        };
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        pages.push(Page {
            title: text("title"),
            description: text("description"),
            schema: schema.clone(),
            pointer,
        });
    }
    if list.len() > MAX_PAGES {
        let message = format!("The form has {} pages, more than {MAX_PAGES}.", list.len());
        findings.push(Finding::error("/spec/parameters", message));
    }
    pages
}

fn steps(steps: Option<&Value>, findings: &mut Vec<Finding>) -> Vec<Step> {
    let list = match steps {
        Some(Value::Array(list)) => list.as_slice(),
        other => {
            let message = match other {
                None => "The template has no steps.".to_owned(),
                Some(other) => format!("The steps are no list but {}.", type_name(other)),
            };
            findings.push(Finding::error("/spec/steps", message));
            return Vec::new();
        }
    };
    if list.len() > MAX_STEPS {
        let message = format!("The template has {} steps, more than {MAX_STEPS}.", list.len());
        findings.push(Finding::error("/spec/steps", message));
    }
    let mut seen = HashSet::new();
    let mut read = Vec::new();
    for (index, value) in list.iter().enumerate().take(MAX_STEPS) {
        let pointer = format!("/spec/steps/{index}");
        let Some(step) = step(index, value, &pointer, findings) else { continue };
        if !seen.insert(step.id.clone()) {
            let message =
                format!("Two steps have the id {:?}; the second hides the first's output.", step.id);
            findings.push(
                Finding::error(format!("{pointer}/id"), message).with_fix("Give each step its own id."),
            );
        }
        read.push(step);
    }
    read
}

fn step(index: usize, value: &Value, pointer: &str, findings: &mut Vec<Finding>) -> Option<Step> {
    let Value::Object(object) = value else {
        let message = format!("Step {} is no map but {}.", index + 1, type_name(value));
        findings.push(Finding::error(pointer, message));
        return None;
    };
    let text = |key: &str| match object.get(key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let Some(action) = text("action").filter(|action| !action.is_empty()) else {
        let message = format!("Step {} names no action.", index + 1);
        findings.push(Finding::error(format!("{pointer}/action"), message));
        return None;
    };
    let input = match object.get("input") {
        Some(Value::Object(input)) => input.clone(),
        None | Some(Value::Null) => Map::new(),
        Some(other) => {
            let message = format!("The input of step {} is no map but {}.", index + 1, type_name(other));
            findings.push(Finding::error(format!("{pointer}/input"), message));
            Map::new()
        }
    };
    Some(Step {
        id: text("id").filter(|id| !id.is_empty()).unwrap_or_else(|| format!("step-{}", index + 1)),
        name: text("name").filter(|name| !name.is_empty()).unwrap_or_else(|| action.clone()),
        action,
        input,
        condition: object.get("if").cloned(),
        each: object.get("each").cloned(),
        pointer: pointer.to_owned(),
    })
}

/// What a value is, in words.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Origin, Position, SourceId};
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
    fn template(spec: Value) -> (Template, Vec<Finding>) {
        let document = json!({
            "apiVersion": API_VERSION, "kind": "Template", "metadata": {"name": "t"}, "spec": spec
        });
        let origin = Origin {
            source: SourceId::new("s"),
            path: "template.yaml".into(),
            position: Position::default(),
            repository: None,
        };
        Template::from_entity(&Entity::from_value(document, origin).unwrap())
    }

    #[test]
    fn a_step_without_id_and_name_gets_them() {
        let (template, findings) = template(json!({"steps": [{"action": "debug:log"}]}));
        assert!(findings.is_empty());
        assert_eq!((template.steps[0].id.as_str(), template.steps[0].name.as_str()), ("step-1", "debug:log"));
    }

    #[test]
    fn parameters_that_are_one_schema_are_one_page() {
        let (template, _) =
            template(json!({"steps": [], "parameters": {"title": "About", "properties": {}}}));
        assert_eq!(template.pages.len(), 1);
        assert_eq!(template.pages[0].pointer, "/spec/parameters");
    }

    #[test]
    fn what_is_no_schema_is_named_and_its_neighbours_stay() {
        let (template, findings) =
            template(json!({"steps": [3, {"action": "x"}], "parameters": ["name", {"properties": {}}]}));
        assert_eq!((template.pages.len(), template.steps.len()), (1, 1));
        let places: Vec<_> = findings.iter().map(|finding| finding.pointer.as_str()).collect();
        assert_eq!(places, ["/spec/parameters/0", "/spec/steps/0"]);
    }

    #[test]
    fn two_steps_with_one_id_are_an_error() {
        let (_, findings) =
            template(json!({"steps": [{"id": "a", "action": "x"}, {"id": "a", "action": "y"}]}));
        assert_eq!(findings[0].severity, Severity::Error);
        assert_eq!(findings[0].pointer, "/spec/steps/1/id");
    }
}
