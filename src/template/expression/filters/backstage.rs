//! Filters that Backstage's scaffolder adds.

use std::rc::Rc;

use super::{Environment, Filter, argument, member, wrong_input};
use crate::catalog::{RefContext, RefParts};
use crate::template::expression::error::Fault;
use crate::template::expression::value::Value;
use crate::template::expression::value::json::to_json;
use crate::template::repo_url::RepoUrl;

pub(super) const FILTERS: [Filter; 4] = [
    Filter::new("parseEntityRef", parse_entity_ref),
    Filter::new("parseRepoUrl", |input, _, env| Ok(parsed_repo_url("parseRepoUrl", input, env)?.to_value())),
    Filter::new("pick", pick),
    Filter::new("projectSlug", |input, _, env| {
        let url = parsed_repo_url("projectSlug", input, env)?;
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "undefined".to_owned());
        Ok(Value::text(format!("{}/{}", part(&url.owner), part(&url.repo))))
    }),
];

fn parsed_repo_url(name: &str, input: &Value, env: &mut Environment<'_>) -> Result<RepoUrl, Fault> {
    let Some(text) = input.as_text() else { return Err(wrong_input(name, "text", input)) };
    RepoUrl::parse(text, &env.options.integrations)
        .map_err(|reason| Fault::RepoUrl { url: text.to_string(), reason: reason.to_string() })
}

impl RepoUrl {
    fn to_value(&self) -> Value {
        let part = |part: &Option<String>| part.as_deref().map_or(Value::Undefined, Value::text);
        Value::map([
            (Rc::from("host"), Value::text(self.host.as_str())),
            (Rc::from("owner"), part(&self.owner)),
            (Rc::from("repo"), part(&self.repo)),
            (Rc::from("organization"), part(&self.organization)),
            (Rc::from("workspace"), part(&self.workspace)),
            (Rc::from("project"), part(&self.project)),
        ])
    }
}

/// The parts of an entity reference; the argument may give `defaultKind` and `defaultNamespace`.
fn parse_entity_ref(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let text_of = |value: Value| value.as_text().map(ToString::to_string);
    let kind = text_of(member(argument(arguments, 0), "defaultKind"));
    let namespace = text_of(member(argument(arguments, 0), "defaultNamespace"));
    let wants = "text or a map with kind, namespace and name";
    let reference = match input {
        Value::Text(_) | Value::Safe(_) | Value::Map(_) => to_json(input, env.budget)?,
        _ => None,
    };
    let Some(reference) = reference else { return Err(wrong_input("parseEntityRef", wants, input)) };
    let context = RefContext { kind: kind.as_deref(), namespace: namespace.as_deref() };
    let parts = RefParts::from_value(&reference, context)
        .map_err(|error| Fault::argument("parseEntityRef", error.to_string()))?;
    Ok(Value::map([
        (Rc::from("kind"), Value::text(parts.kind)),
        (Rc::from("namespace"), Value::text(parts.namespace)),
        (Rc::from("name"), Value::text(parts.name)),
    ]))
}

/// The member at a path such as `a.b`, `a[0].b` or `["a", "b"]`.
fn pick(input: &Value, arguments: &[Value], env: &mut Environment<'_>) -> Result<Value, Fault> {
    let path = argument(arguments, 0);
    if let Value::List(keys) = path {
        let mut value = input.clone();
        for key in keys.items() {
            value = member(&value, &key.to_key(env.budget)?);
        }
        return Ok(value);
    }
    let path = path.to_key(env.budget)?;
    let whole = member(input, &path);
    if !matches!(whole, Value::Undefined) {
        return Ok(whole);
    }
    let keys = path.split(['.', '[']).map(|key| key.trim_end_matches(']').trim_matches(['"', '\'']));
    Ok(keys.fold(input.clone(), |value, key| member(&value, key)))
}
