//! Fields from the properties of a schema: which widget asks, in which words, under which rules.

use serde_json::{Map, Value};

use super::active::Active;
use super::field::{Choice, EntityFilter, Field, FieldPath, FilterRule, RepoRules, Widget};
use super::schema::{MAX_DEPTH, resolve};
use crate::number::noun;
use crate::template::model::type_name;

/// Fields that one form may show; real ones have at most 36.
pub(super) const MAX_FIELDS: usize = 2_000;

/// Lines of a text area whose schema names no number.
const DEFAULT_ROWS: u16 = 5;

/// Adds the fields of a schema that apply for the values, nested objects flattened into their leaves.
pub(super) fn fields(schema: &Value, values: &Map<String, Value>, page: usize, fields: &mut Vec<Field>) {
    let place = Place { root: schema, page, path: FieldPath::default() };
    place.object(schema, values, fields);
}

/// Where in a schema the walk stands.
struct Place<'a> {
    root: &'a Value,
    page: usize,
    path: FieldPath,
}

impl Place<'_> {
    fn object(&self, schema: &Value, values: &Map<String, Value>, fields: &mut Vec<Field>) {
        let active = Active::of(schema, self.root, values);
        for (name, property) in &active.properties {
            if fields.len() >= MAX_FIELDS {
                return;
            }
            let Some(property) = resolve(property, self.root) else { continue };
            let required = active.required.contains(name);
            let path = self.path.child(name);
            let known = known_field(&property);
            if !known && is_object(&property) && path.0.len() < MAX_DEPTH {
                let empty = Map::new();
                let inner = values.get(name).and_then(Value::as_object).unwrap_or(&empty);
                let place = Place { path, ..*self };
                place.object(&property, inner, fields);
            } else {
                fields.push(self.field(path, &property, required));
            }
        }
    }

    fn field(&self, path: FieldPath, schema: &Value, required: bool) -> Field {
        let text = |key: &str| ui(schema, key).and_then(Value::as_str).map(str::to_owned);
        let (widget, note) = widget(schema, self.root);
        let help = [text("description").or_else(|| own(schema, "description")), text("help")];
        let help: Vec<String> = help.into_iter().flatten().collect();
        let title = text("title").or_else(|| own(schema, "title"));
        let constant = schema.get("const").cloned();
        Field {
            title: title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| path.name().to_owned()),
            path,
            page: self.page,
            help: (!help.is_empty()).then(|| help.join("\n")),
            placeholder: text("placeholder"),
            required,
            default: schema.get("default").filter(|value| !value.is_null()).cloned().or(constant),
            constraints: constraints(schema),
            read_only: flag(schema, "readonly") || flag(schema, "disabled"),
            hidden: text("widget").as_deref() == Some("hidden"),
            widget,
            note,
        }
    }
}

/// One of the schema's own words.
fn own(schema: &Value, key: &str) -> Option<String> {
    schema.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// A key of the user interface: `ui:key`, or `key` under `ui:options`.
fn ui<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    schema.get(format!("ui:{key}")).or_else(|| schema.get("ui:options")?.get(key))
}

fn flag(schema: &Value, key: &str) -> bool {
    ui(schema, key).and_then(Value::as_bool).unwrap_or(false)
}

/// Whether a property is a map whose parts are asked one by one.
fn is_object(schema: &Value) -> bool {
    let typed = schema.get("type").is_none_or(|kind| kind == "object");
    typed && schema.get("enum").is_none() && schema.get("properties").is_some_and(Value::is_object)
}

fn known_field(schema: &Value) -> bool {
    schema.get("ui:field").and_then(Value::as_str).is_some()
}

/// The widget of a property, and what a person should know about it.
fn widget(schema: &Value, root: &Value) -> (Widget, Option<String>) {
    let options = schema.get("ui:options").unwrap_or(&Value::Null);
    let filter = || entity_filter(options);
    let known = match schema.get("ui:field").and_then(Value::as_str) {
        None => None,
        Some("EntityPicker" | "OwnedEntityPicker" | "MyGroupsPicker") => Some(Widget::EntityPicker(filter())),
        Some("OwnerPicker") => Some(Widget::OwnerPicker(owner_filter(options))),
        Some("MultiEntityPicker") => Some(Widget::EntitiesPicker(filter())),
        Some("RepoUrlPicker") => Some(Widget::RepoUrl(RepoRules {
            hosts: texts(options.get("allowedHosts")),
            owners: texts(options.get("allowedOwners")),
            repos: texts(options.get("allowedRepos")),
        })),
        Some("Secret") => Some(Widget::Secret { apart: true }),
        Some("EntityNamePicker" | "RepoBranchPicker" | "RepoOwnerPicker") => Some(Widget::Text),
        Some("EntityTagsPicker") => Some(Widget::List { numbers: false }),
        Some(unknown) => {
            let note = format!("The field {unknown} belongs to a web portal; it is asked as a plain value.");
            return (plain_widget(schema, root), Some(note));
        }
    };
    (known.unwrap_or_else(|| plain_widget(schema, root)), None)
}

/// The widget by the schema alone.
fn plain_widget(schema: &Value, root: &Value) -> Widget {
    let look = ui(schema, "widget").and_then(Value::as_str).unwrap_or("");
    if look == "password" {
        return Widget::Secret { apart: false };
    }
    if let Some(options) = choices(schema) {
        return Widget::Choice { options };
    }
    let kinds = kinds(schema);
    let is = |kind: &str| kinds.iter().any(|known| known == kind);
    if is("array") {
        let items = schema.get("items").and_then(|items| resolve(items, root)).unwrap_or(Value::Null);
        if let Some(options) = choices(&items) {
            return Widget::Choices { options };
        }
        let numbers = matches!(items.get("type").and_then(Value::as_str), Some("number" | "integer"));
        let text = items.is_null() || items.get("type").and_then(Value::as_str) == Some("string");
        return if numbers || text { Widget::List { numbers } } else { Widget::Json };
    }
    if is("boolean") {
        Widget::Toggle
    } else if is("integer") {
        Widget::Integer
    } else if is("number") {
        Widget::Number
    } else if is("object") {
        Widget::Json
    } else if look == "textarea" || ui(schema, "multiline").is_some() {
        let rows = ui(schema, "rows").and_then(Value::as_u64).and_then(|rows| u16::try_from(rows).ok());
        Widget::Multiline { rows: rows.unwrap_or(DEFAULT_ROWS) }
    } else {
        Widget::Text
    }
}

/// The types that a schema allows, `null` left out.
fn kinds(schema: &Value) -> Vec<String> {
    match schema.get("type") {
        Some(Value::String(kind)) => vec![kind.clone()],
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").map(str::to_owned).collect()
        }
        _ if schema.get("items").is_some() => vec!["array".to_owned()],
        _ => Vec::new(),
    }
}

/// The values of `enum` with their names, or those of `oneOf`/`anyOf` with `const` and `title`.
fn choices(schema: &Value) -> Option<Vec<Choice>> {
    if let Some(Value::Array(values)) = schema.get("enum") {
        let names = schema.get("enumNames").or_else(|| ui(schema, "enumNames")).and_then(Value::as_array);
        let name = |index: usize| names.and_then(|names| names.get(index)).and_then(Value::as_str);
        return Some(
            values
                .iter()
                .enumerate()
                .map(|(i, value)| Choice {
                    label: name(i).map_or_else(|| plain(value), str::to_owned),
                    value: value.clone(),
                })
                .collect(),
        );
    }
    let branches = schema.get("oneOf").or_else(|| schema.get("anyOf"))?.as_array()?;
    let choice = |branch: &Value| {
        let value = match (branch.get("const"), branch.get("enum").and_then(Value::as_array)) {
            (Some(value), _) => value.clone(),
            (None, Some(values)) if values.len() == 1 => values[0].clone(),
            _ => return None,
        };
        Some(Choice { label: own(branch, "title").unwrap_or_else(|| plain(&value)), value })
    };
    branches.iter().map(choice).collect()
}

/// A value as somebody would write it in a sentence.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null => type_name(value).to_owned(),
        other => other.to_string(),
    }
}

/// Texts that stand alone or in a list.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn owner_filter(options: &Value) -> EntityFilter {
    let mut filter = entity_filter(options);
    if filter.kinds.is_empty() && filter.any_of.is_empty() {
        filter.kinds = vec!["Group".to_owned(), "User".to_owned()];
    }
    filter.default_kind.get_or_insert_with(|| "Group".to_owned());
    filter
}

fn entity_filter(options: &Value) -> EntityFilter {
    let alternatives: Vec<&Map<String, Value>> = match options.get("catalogFilter") {
        Some(Value::Object(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    };
    let rule = |(key, value): (&String, &Value)| FilterRule { key: key.clone(), values: texts(Some(value)) };
    let any_of: Vec<Vec<FilterRule>> =
        alternatives.iter().map(|alternative| alternative.iter().map(rule).collect()).collect();
    let mut kinds = texts(options.get("allowedKinds"));
    for rule in any_of.iter().flatten().filter(|rule| rule.key.eq_ignore_ascii_case("kind")) {
        kinds.extend(rule.values.iter().filter(|kind| !kinds.contains(kind)).cloned().collect::<Vec<_>>());
    }
    let text = |key: &str| options.get(key).and_then(Value::as_str).map(str::to_owned);
    EntityFilter {
        kinds,
        any_of,
        default_kind: text("defaultKind"),
        default_namespace: text("defaultNamespace"),
        allow_arbitrary: options.get("allowArbitraryValues").and_then(Value::as_bool).unwrap_or(true),
    }
}

/// The rules of a property in plain words.
fn constraints(schema: &Value) -> Vec<String> {
    let mut rules = Vec::new();
    let count = |key: &str| schema.get(key).and_then(Value::as_u64);
    let counted = |count: u64, one: &str| format!("{count} {}", noun(count, one));
    if let Some(least) = count("minLength").filter(|least| *least > 1) {
        rules.push(format!("at least {}", counted(least, "character")));
    }
    if let Some(most) = count("maxLength") {
        rules.push(format!("at most {}", counted(most, "character")));
    }
    for (key, words) in [
        ("minimum", "at least"),
        ("maximum", "at most"),
        ("exclusiveMinimum", "more than"),
        ("exclusiveMaximum", "less than"),
        ("multipleOf", "a multiple of"),
    ] {
        if let Some(number) = schema.get(key).filter(|value| value.is_number()) {
            rules.push(format!("{words} {number}"));
        }
    }
    if let Some(least) = count("minItems").filter(|least| *least > 0) {
        rules.push(format!("at least {}", counted(least, "entry")));
    }
    if let Some(most) = count("maxItems") {
        rules.push(format!("at most {}", counted(most, "entry")));
    }
    if schema.get("uniqueItems") == Some(&Value::Bool(true)) {
        rules.push("no entry twice".to_owned());
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        rules.push(format!("matches {pattern}"));
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        rules.push(format!("format {format}"));
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[expect(clippy::needless_pass_by_value, reason = "a test hands its values over in place")]
    fn only(property: Value) -> Field {
        let mut found = Vec::new();
        fields(&json!({"properties": {"a": property}}), &Map::new(), 0, &mut found);
        found.remove(0)
    }

    #[test]
    fn the_type_chooses_the_widget() {
        assert_eq!(only(json!({"type": "string"})).widget, Widget::Text);
        assert_eq!(only(json!({"type": "boolean"})).widget, Widget::Toggle);
        assert_eq!(only(json!({"type": ["integer", "null"]})).widget, Widget::Integer);
        assert_eq!(
            only(json!({"type": "array", "items": {"type": "string"}})).widget,
            Widget::List { numbers: false }
        );
        assert_eq!(only(json!({"type": "array", "items": {"type": "object"}})).widget, Widget::Json);
        assert_eq!(
            only(json!({"type": "string", "ui:widget": "password"})).widget,
            Widget::Secret { apart: false }
        );
        assert_eq!(
            only(json!({"type": "string", "ui:widget": "textarea", "ui:options": {"rows": 9}})).widget,
            Widget::Multiline { rows: 9 }
        );
    }

    #[test]
    fn choices_carry_their_names() {
        let named = |label: &str, value: Value| Choice { value, label: label.to_owned() };
        let options = vec![named("Java 21", json!("21")), named("17", json!("17"))];
        assert_eq!(
            only(json!({"enum": ["21", "17"], "enumNames": ["Java 21"]})).widget,
            Widget::Choice { options: options.clone() }
        );
        let branches = json!({"oneOf": [{"const": "21", "title": "Java 21"}, {"const": "17"}]});
        assert_eq!(only(branches).widget, Widget::Choice { options });
    }

    #[test]
    fn an_unknown_field_falls_back_to_its_type_and_says_so() {
        let field = only(json!({"type": "boolean", "ui:field": "HouseField"}));
        assert_eq!(field.widget, Widget::Toggle);
        assert!(field.note.is_some_and(|note| note.contains("HouseField")));
    }

    #[test]
    fn nested_objects_become_their_leaves() {
        let schema = json!({"required": ["db"], "properties": {"db": {
            "type": "object", "required": ["size"], "properties": {"size": {"type": "integer"}}}}});
        let mut found = Vec::new();
        fields(&schema, &Map::new(), 0, &mut found);
        assert_eq!((found[0].path.to_string().as_str(), found[0].required), ("db.size", true));
    }

    #[test]
    fn an_owner_is_a_group_or_a_user() {
        let Widget::OwnerPicker(filter) = only(json!({"type": "string", "ui:field": "OwnerPicker"})).widget
        else {
            panic!("an owner picker")
        };
        assert_eq!(filter.kinds, ["Group", "User"]);
        assert_eq!(filter.default_kind.as_deref(), Some("Group"));
    }

    #[test]
    fn rules_are_said_in_plain_words() {
        let field = only(json!({"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": true}));
        assert_eq!(field.constraints, ["at least 1 entry", "at most 3 entries", "no entry twice"]);
    }
}
