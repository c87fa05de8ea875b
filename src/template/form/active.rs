//! What of a schema applies for given values: properties and required names, with `dependencies`, `if`/`then`,
//! `allOf`, `oneOf` and `anyOf` decided over the values of all pages. What does not apply is not there.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::schema::{MAX_DEPTH, fits, resolve};

/// The properties and required names that apply.
#[derive(Debug, Default)]
pub(super) struct Active {
    pub(super) properties: IndexMap<String, Value>,
    pub(super) required: BTreeSet<String>,
    order: Vec<String>,
}

impl Active {
    /// What of a schema applies for values; `root` is the document that local references point into.
    pub(super) fn of(schema: &Value, root: &Value, values: &Map<String, Value>) -> Self {
        let mut active = Self::default();
        Walk { root, values, whole: Value::Object(values.clone()) }.collect(schema, &[], &mut active, 0);
        active.ask_what_nothing_describes();
        active.sort();
        active
    }

    /// A required name without a property is a plain text: else the form could never be sent.
    fn ask_what_nothing_describes(&mut self) {
        for name in &self.required {
            if !self.properties.contains_key(name) {
                self.properties.insert(name.clone(), serde_json::json!({"type": "string"}));
            }
        }
    }

    /// Applies `ui:order`: the names before `*` first, those behind it last.
    fn sort(&mut self) {
        if self.order.is_empty() {
            return;
        }
        let star = self.order.iter().position(|name| name == "*").unwrap_or(self.order.len());
        let rank = |name: &String| self.order.iter().position(|ordered| ordered == name).unwrap_or(star);
        let mut ranked: Vec<_> = std::mem::take(&mut self.properties).into_iter().collect();
        ranked.sort_by_key(|(name, _)| rank(name));
        self.properties = ranked.into_iter().collect();
    }

    fn add(&mut self, name: &str, schema: &Value) {
        match self.properties.get_mut(name) {
            None => {
                self.properties.insert(name.to_owned(), schema.clone());
            }
            Some(Value::Object(known)) => {
                known.extend(schema.as_object().cloned().unwrap_or_default());
            }
            Some(_) => {}
        }
    }
}

struct Walk<'a> {
    root: &'a Value,
    values: &'a Map<String, Value>,
    whole: Value,
}

impl Walk<'_> {
    /// Adds what applies of a schema, without the properties named in `except`.
    fn collect(&self, schema: &Value, except: &[&str], active: &mut Active, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let Some(schema) = resolve(schema, self.root) else { return };
        let Some(object) = schema.as_object() else { return };
        let properties = object.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            if !except.contains(&name.as_str()) {
                active.add(name, property);
            }
        }
        let names = |value: Option<&Value>| -> Vec<String> {
            let list = value.and_then(Value::as_array).into_iter().flatten();
            list.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        active.required.extend(names(object.get("required")));
        active.order.extend(names(object.get("ui:order")));

        for part in object.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.collect(part, except, active, depth + 1);
        }
        if let Some(condition) = object.get("if") {
            let branch = if fits(condition, self.root, &self.whole) { "then" } else { "else" };
            if let Some(branch) = object.get(branch) {
                self.collect(branch, except, active, depth + 1);
            }
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(branches)) = object.get(key) {
                self.branches(branches, active, depth);
            }
        }
        for (name, dependent) in object.get("dependencies").and_then(Value::as_object).into_iter().flatten() {
            if self.values.contains_key(name) {
                self.dependency(name, dependent, active, depth);
            }
        }
    }

    fn dependency(&self, name: &str, dependent: &Value, active: &mut Active, depth: usize) {
        if let Value::Array(names) = dependent {
            active.required.extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
            return;
        }
        let Some(Value::Object(mut rest)) = resolve(dependent, self.root) else { return };
        let branches = rest.shift_remove("oneOf").or_else(|| rest.shift_remove("anyOf"));
        self.collect(&Value::Object(rest), &[name], active, depth + 1);
        // The branch is chosen by the property that the dependency hangs on, and by nothing else.
        let chosen = branches.as_ref().and_then(Value::as_array).into_iter().flatten().find(|branch| {
            let Some(branch) = resolve(branch, self.root) else { return false };
            let condition = branch.pointer("/properties").and_then(|properties| properties.get(name));
            condition.is_some_and(|condition| fits(condition, self.root, &self.values[name]))
        });
        if let Some(branch) = chosen {
            self.collect(branch, &[name], active, depth + 1);
        }
    }

    /// The first branch whose fixed properties agree with the values. Where no branch fixes any, all of them
    /// are offered: then nothing tells them apart but the answers themselves.
    fn branches(&self, branches: &[Value], active: &mut Active, depth: usize) {
        let resolved: Vec<Value> = branches.iter().filter_map(|branch| resolve(branch, self.root)).collect();
        let fixed: Vec<Vec<(&str, &Value)>> = resolved.iter().map(fixed_properties).collect();
        if fixed.iter().all(Vec::is_empty) {
            let required = active.required.clone();
            for branch in &resolved {
                self.collect(branch, &[], active, depth + 1);
            }
            active.required = required;
            return;
        }
        for (branch, fixed) in resolved.iter().zip(&fixed) {
            let agrees = |(name, condition): &(&str, &Value)| {
                self.values.get(*name).is_some_and(|value| fits(condition, self.root, value))
            };
            let names: Vec<&str> = fixed.iter().map(|(name, _)| *name).collect();
            let known: Vec<&str> =
                names.iter().copied().filter(|name| active.properties.contains_key(*name)).collect();
            if fixed.iter().all(agrees) {
                self.collect(branch, &known, active, depth + 1);
                return;
            }
        }
    }
}

/// The properties of a branch that fix a value, by which the branch is told from the others.
fn fixed_properties(branch: &Value) -> Vec<(&str, &Value)> {
    let properties = branch.get("properties").and_then(Value::as_object);
    let fixes = |schema: &Value| schema.get("const").is_some() || schema.get("enum").is_some();
    let telling = properties.into_iter().flatten().filter(|(_, schema)| fixes(schema));
    telling.map(|(name, schema)| (name.as_str(), schema)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
    fn names(schema: Value, values: Value) -> (Vec<String>, Vec<String>) {
        let Value::Object(values) = values else { panic!("values are a map") };
        let active = Active::of(&schema, &schema, &values);
        (active.properties.into_keys().collect(), active.required.into_iter().collect())
    }

    #[test]
    fn a_dependency_branch_is_chosen_by_its_property() {
        let schema = json!({
            "properties": {"db": {"type": "boolean"}},
            "dependencies": {"db": {"oneOf": [
                {"properties": {"db": {"enum": [true]}, "engine": {"type": "string"}}, "required": ["engine"]},
                {"properties": {"db": {"const": false}}}
            ]}}
        });
        assert_eq!(
            names(schema.clone(), json!({"db": true})),
            (vec!["db".into(), "engine".into()], vec!["engine".into()])
        );
        assert_eq!(names(schema.clone(), json!({"db": false})).0, ["db"]);
        assert_eq!(names(schema, json!({})).0, ["db"]);
    }

    #[test]
    fn a_dependency_list_requires() {
        let schema = json!({"properties": {"a": {}, "b": {}}, "dependencies": {"a": ["b"]}});
        assert_eq!(names(schema, json!({"a": 1})).1, ["b"]);
    }

    #[test]
    fn a_condition_holds_over_values_that_are_not_of_its_own_page() {
        let schema = json!({"allOf": [{
            "if": {"properties": {"kind": {"const": "db"}}, "required": ["kind"]},
            "then": {"properties": {"size": {"type": "integer"}}, "required": ["size"]},
            "else": {"properties": {"port": {"type": "integer"}}}
        }]});
        assert_eq!(names(schema.clone(), json!({"kind": "db"})).0, ["size"]);
        assert_eq!(names(schema, json!({"kind": "web"})).0, ["port"]);
    }

    #[test]
    fn a_branch_of_one_of_is_told_by_its_fixed_property() {
        let schema = json!({
            "properties": {"ci": {"type": "string", "enum": ["none", "jenkins"]}},
            "oneOf": [
                {"properties": {"ci": {"const": "none"}}},
                {"properties": {"ci": {"const": "jenkins"}, "job": {"type": "string"}}}
            ]
        });
        let Value::Object(values) = json!({"ci": "jenkins"}) else { unreachable!() };
        let active = Active::of(&schema, &schema, &values);
        assert_eq!(active.properties.keys().collect::<Vec<_>>(), ["ci", "job"]);
        assert_eq!(active.properties["ci"]["enum"], json!(["none", "jenkins"]));
    }

    #[test]
    fn the_order_puts_the_rest_where_its_star_is() {
        let schema = json!({"ui:order": ["c", "*", "a"], "properties": {"a": {}, "b": {}, "c": {}}});
        assert_eq!(names(schema, json!({})).0, ["c", "b", "a"]);
    }
}
