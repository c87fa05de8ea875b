//! A run: one step after the other, each with what those before it gave.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::condition::{calls_status, is_true, with_status};
use super::{Actions, Call, Context, Deed, Outcome, StepReport, StepStatus, WorkflowReport};
use crate::template::model::{Step, type_name};
use crate::template::render::{RenderOptions, Rendered, ValueError, render_value};

/// Runs of one step over the items of its `each`.
const MAX_ITEMS: usize = 10_000;

/// Runs the steps of a template.
pub fn run(
    steps: &[Step],
    output: &Map<String, Value>,
    context: &Context,
    options: &RenderOptions,
    actions: &mut dyn Actions,
) -> WorkflowReport {
    let mut run = Run { context, options, actions, outputs: Map::new(), failure: None };
    let reports = steps.iter().map(|step| run.step(step)).collect();
    let mut warnings = Vec::new();
    let output = if run.failure.is_none() { run.output(output, &mut warnings) } else { Map::new() };
    WorkflowReport { steps: reports, output, failure: run.failure, warnings }
}

struct Run<'a> {
    context: &'a Context,
    options: &'a RenderOptions,
    actions: &'a mut dyn Actions,
    outputs: Map<String, Value>,
    failure: Option<String>,
}

/// Which values expressions may see beside the parameters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    WithSecrets,
    WithoutSecrets,
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> StepReport {
        if self.failure.is_some() && !calls_status(step.condition.as_ref()) {
            return StepReport { status: StepStatus::NotRun, error: None, deeds: Vec::new() };
        }
        let mut deeds = Vec::new();
        let (status, error) = match self.carry_out(step, &mut deeds) {
            Ok(status) => (status, None),
            Err(error) => {
                let error = self.context.hidden.mask(&error);
                self.failure.get_or_insert_with(|| format!("step {:?} failed: {error}", step.id));
                (StepStatus::Failed, Some(error))
            }
        };
        StepReport { status, error, deeds }
    }

    fn carry_out(&mut self, step: &Step, deeds: &mut Vec<Deed>) -> Result<StepStatus, String> {
        let Some(each) = &step.each else {
            if !self.holds(step, None)? {
                return Ok(StepStatus::Skipped);
            }
            let mut output = Map::new();
            let status = self.call(step, None, deeds, |name, value| {
                output.insert(name, value);
            })?;
            self.outputs.insert(step.id.clone(), json!({"output": output}));
            return Ok(status);
        };
        let items = self.items(each)?;
        let mut output = Map::new();
        let mut status = StepStatus::Done;
        for item in &items {
            if !self.holds(step, Some(item))? {
                continue;
            }
            let done = self.call(step, Some(item), deeds, |name, value| {
                if let Value::Array(list) = output.entry(name).or_insert_with(|| json!([])) {
                    list.push(value);
                }
            })?;
            if done == StepStatus::LeftOut {
                status = done;
            }
        }
        self.outputs.insert(step.id.clone(), json!({"output": output}));
        Ok(status)
    }

    /// Carries out one call and hands its outputs on.
    fn call(
        &mut self,
        step: &Step,
        each: Option<&Value>,
        deeds: &mut Vec<Deed>,
        mut keep: impl FnMut(String, Value),
    ) -> Result<StepStatus, String> {
        let scope = self.scope(each, Sight::WithSecrets);
        let input = self.input(step, &scope)?;
        let shown = if self.context.hidden.is_empty() {
            Cow::Borrowed(&input)
        } else {
            // Rendered from masked values, so that no filter can show what masking would not find.
            Cow::Owned(self.input(step, &self.context.hidden.mask_value(&scope))?)
        };
        let (status, output, deed) = match self.actions.carry_out(Call { step, input: &input, shown: &shown })
        {
            Outcome::Done { output, deed } => (StepStatus::Done, output, deed),
            Outcome::LeftOut { output, deed } => (StepStatus::LeftOut, output, deed),
            Outcome::Failed(error) => return Err(error),
        };
        deeds.push(deed);
        output.into_iter().for_each(|(name, value)| keep(name, value));
        Ok(status)
    }

    /// The value with all its expressions rendered; nothing where the whole of it gives nothing.
    fn render(&self, value: &Value, scope: &Value) -> Result<Option<Value>, ValueError> {
        render_value(value, scope, self.options).map(Rendered::into_value)
    }

    fn input(&self, step: &Step, scope: &Value) -> Result<Map<String, Value>, String> {
        let mut input = Map::new();
        for (name, value) in &step.input {
            if let Some(value) = self.render(value, scope).map_err(|fault| said(name, &fault))? {
                input.insert(name.clone(), value);
            }
        }
        Ok(input)
    }

    /// Whether the `if` of a step holds; a step without one always runs.
    fn holds(&self, step: &Step, each: Option<&Value>) -> Result<bool, String> {
        let sight = if each.is_some() { Sight::WithSecrets } else { Sight::WithoutSecrets };
        let value = match &step.condition {
            None => return Ok(true),
            Some(Value::String(text)) => {
                let text = Value::String(with_status(text, self.failure.is_some()));
                let scope = self.scope(each, sight);
                self.render(&text, &scope).map_err(|fault| said("if", &fault))?
            }
            Some(value) => Some(value.clone()),
        };
        Ok(value.is_some_and(|value| is_true(&value)))
    }

    /// The items of `each`, as expressions see them.
    fn items(&self, each: &Value) -> Result<Vec<Value>, String> {
        let scope = self.scope(None, Sight::WithSecrets);
        let value = self.render(each, &scope).map_err(|fault| said("each", &fault))?;
        let items: Vec<Value> = match value {
            Some(Value::Array(list)) => list
                .into_iter()
                .enumerate()
                .map(|(index, value)| json!({"key": index.to_string(), "value": value}))
                .collect(),
            Some(Value::Object(map)) => {
                map.into_iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
            }
            Some(other) => {
                return Err(format!("each: it is {}, not a list and not a map", type_name(&other)));
            }
            None => return Err("each: the expression gives nothing".to_owned()),
        };
        if items.len() > MAX_ITEMS {
            return Err(format!("each: {} items are more than {MAX_ITEMS}", items.len()));
        }
        Ok(items)
    }

    fn scope(&self, each: Option<&Value>, sight: Sight) -> Value {
        let mut scope = Map::new();
        scope.insert("parameters".to_owned(), Value::Object(self.context.parameters.clone()));
        scope.insert("steps".to_owned(), Value::Object(self.outputs.clone()));
        if let Some(user) = &self.context.user {
            scope.insert("user".to_owned(), user.clone());
        }
        if sight == Sight::WithSecrets {
            scope.insert("secrets".to_owned(), Value::Object(self.context.secrets.clone()));
        }
        if let Some(each) = each {
            scope.insert("each".to_owned(), each.clone());
        }
        Value::Object(scope)
    }

    /// The output of the template: links and texts whose `if` holds, everything else rendered.
    fn output(&self, output: &Map<String, Value>, warnings: &mut Vec<String>) -> Map<String, Value> {
        let scope = self.scope(None, Sight::WithoutSecrets);
        let mut rendered = Map::new();
        for (name, value) in output {
            let value = match value {
                Value::Array(items) if name == "links" || name == "text" => {
                    Value::Array(items.iter().filter_map(|item| wanted(self, item, &scope)).collect())
                }
                other => other.clone(),
            };
            match self.render(&value, &scope) {
                Ok(Some(value)) => {
                    rendered.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(fault) => warnings.push(said(&format!("output.{name}"), &fault)),
            }
        }
        rendered
    }
}

/// An entry of the output whose `if` holds, without its `if`.
fn wanted(run: &Run<'_>, item: &Value, scope: &Value) -> Option<Value> {
    let Value::Object(entry) = item else { return Some(item.clone()) };
    let mut entry = entry.clone();
    let Some(condition) = entry.shift_remove("if") else { return Some(Value::Object(entry)) };
    let holds = match run.render(&condition, scope) {
        Ok(value) => value.is_some_and(|value| is_true(&value)),
        // A condition that cannot be read hides nothing.
        Err(_) => true,
    };
    holds.then_some(Value::Object(entry))
}

/// A fault with its place: the input, and where in its value.
fn said(place: &str, fault: &ValueError) -> String {
    let inside = if fault.path.is_empty() || fault.path.starts_with('[') { "" } else { "." };
    format!("{place}{inside}{}: {}", fault.path, fault.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Echoes its input, fails for the action `fail`, leaves out the action `outside`.
    #[derive(Default)]
    struct Mock {
        shown: Vec<Value>,
    }

    impl Actions for Mock {
        fn carry_out(&mut self, call: Call<'_>) -> Outcome {
            self.shown.push(Value::Object(call.shown.clone()));
            let output = call.input.clone();
            match call.step.action.as_str() {
                "fail" => Outcome::Failed("it broke".to_owned()),
                "outside" => Outcome::LeftOut { output, deed: Deed::default() },
                _ => Outcome::Done { output, deed: Deed::default() },
            }
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
    fn step(id: &str, action: &str, extra: Value) -> Step {
        Step {
            id: id.to_owned(),
            name: id.to_owned(),
            action: action.to_owned(),
            input: extra.get("input").and_then(Value::as_object).cloned().unwrap_or_default(),
            condition: extra.get("if").cloned(),
            each: extra.get("each").cloned(),
            pointer: String::new(),
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
    fn report(steps: &[Step], output: Value, context: &Context) -> (WorkflowReport, Mock) {
        let mut mock = Mock::default();
        let output = output.as_object().cloned().unwrap_or_default();
        (run(steps, &output, context, &RenderOptions::default(), &mut mock), mock)
    }

    fn statuses(report: &WorkflowReport) -> Vec<StepStatus> {
        report.steps.iter().map(|step| step.status).collect()
    }

    #[test]
    fn after_a_failure_only_steps_that_ask_for_it_run() {
        let steps = [
            step("a", "fail", json!({})),
            step("b", "echo", json!({})),
            step("c", "echo", json!({"if": "${{ failure() }}"})),
            step("d", "echo", json!({"if": "${{ always() }}"})),
        ];
        let (report, _) = report(&steps, json!({"x": "y"}), &Context::default());
        let expected = [StepStatus::Failed, StepStatus::NotRun, StepStatus::Done, StepStatus::Done];
        assert_eq!(statuses(&report), expected);
        assert_eq!(report.failure.as_deref(), Some("step \"a\" failed: it broke"));
        assert!(report.output.is_empty());
    }

    #[test]
    fn what_is_left_out_stands_in_and_the_run_goes_on() {
        let steps = [step("p", "outside", json!({"input": {"url": "u"}}))];
        let (report, _) =
            report(&steps, json!({"links": [{"url": "${{ steps.p.output.url }}"}]}), &Context::default());
        assert_eq!(statuses(&report), [StepStatus::LeftOut]);
        assert_eq!(report.output["links"], json!([{"url": "u"}]));
    }

    #[test]
    fn an_expression_that_does_not_render_fails_its_step_and_says_where() {
        let steps = [step("a", "echo", json!({"input": {"x": "${{ parameters.a | nofilter }}"}}))];
        let (report, _) = report(&steps, json!({}), &Context::default());
        let failure = report.failure.unwrap();
        assert!(failure.contains("\"a\"") && failure.contains("nofilter"), "{failure}");
    }

    #[test]
    fn what_is_shown_of_an_input_is_rendered_from_masked_values() {
        let context = Context {
            secrets: json!({"t": "s3cr3t"}).as_object().cloned().unwrap_or_default(),
            hidden: ["s3cr3t"].into_iter().collect(),
            ..Context::default()
        };
        let steps = [step("a", "echo", json!({"input": {"m": "${{ secrets.t | reverse | upper }}"}}))];
        let (report, mock) = report(&steps, json!({"o": "${{ secrets.t }}"}), &context);
        assert_eq!(mock.shown, [json!({"m": "***"})]);
        assert!(!report.output.contains_key("o"));
    }
}
