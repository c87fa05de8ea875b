use super::*;
use crate::catalog::EntityRef;
use crate::template::model::Page;
use serde_json::json;

fn form(pages: Vec<Value>) -> Form {
    let page = |(index, schema): (usize, Value)| Page {
        title: None,
        description: None,
        schema,
        pointer: format!("/spec/parameters/{index}"),
    };
    let template = Template {
        reference: EntityRef::new("Template", "default", "t"),
        title: "t".to_owned(),
        description: None,
        owner: None,
        spec_type: None,
        tags: Vec::new(),
        pages: pages.into_iter().enumerate().map(page).collect(),
        secrets: None,
        steps: Vec::new(),
        output: Map::new(),
        version: None,
    };
    Form::new(&template, &BTreeSet::new())
}

fn names(form: &Form) -> Vec<String> {
    form.fields().iter().map(|field| field.path.to_string()).collect()
}

fn database() -> Value {
    json!({
        "required": ["name"],
        "properties": {
            "name": {"type": "string", "title": "Name"},
            "db": {"type": "string", "enum": ["none", "postgres"], "default": "none"}
        },
        "dependencies": {"db": {"oneOf": [
            {"properties": {"db": {"const": "none"}}},
            {"properties": {"db": {"const": "postgres"}, "size": {"type": "integer", "default": 10}}}
        ]}}
    })
}

#[test]
fn defaults_are_filled_in_and_switch_their_branch() {
    let mut form = form(vec![database()]);
    assert_eq!(names(&form), ["name", "db"]);
    form.set_text("db", "postgres").unwrap();
    assert_eq!(names(&form), ["name", "db", "size"]);
    assert_eq!(Value::Object(form.values().clone()), json!({"db": "postgres", "size": 10}));
}

#[test]
fn the_answer_of_a_branch_that_does_not_apply_is_not_sent_but_kept() {
    let mut form = form(vec![database()]);
    form.set_text("db", "postgres").unwrap();
    form.set_text("size", "50").unwrap();
    form.set_text("db", "none").unwrap();
    assert!(!form.values().contains_key("size"));
    form.set_text("db", "postgres").unwrap();
    assert_eq!(form.values()["size"], json!(50));
}

#[test]
fn a_condition_sees_the_answers_of_other_pages() {
    let second = json!({"if": {"properties": {"db": {"const": "postgres"}}, "required": ["db"]},
        "then": {"properties": {"backup": {"type": "boolean"}}, "required": ["backup"]}});
    let mut form = form(vec![database(), second]);
    assert!(!names(&form).contains(&"backup".to_owned()));
    form.set_text("db", "postgres").unwrap();
    assert!(names(&form).contains(&"backup".to_owned()));
    assert!(form.validate().iter().any(|error| error.field.to_string() == "backup"));
}

#[test]
fn an_empty_text_is_no_answer() {
    let mut form = form(vec![database()]);
    form.load(&json!({"name": ""})).unwrap();
    let errors = form.submit().unwrap_err();
    assert_eq!((errors[0].title.as_str(), errors[0].message.as_str()), ("Name", "An answer is needed."));
}

#[test]
fn questions_are_what_is_required_without_a_default() {
    let form = form(vec![database()]);
    assert_eq!(form.questions().map(|field| field.path.name()).collect::<Vec<_>>(), ["name"]);
    assert_eq!(form.defaults().map(|field| field.path.name()).collect::<Vec<_>>(), ["db"]);
}

#[test]
fn what_only_a_branch_requires_is_asked_and_can_be_answered() {
    let page = json!({"anyOf": [{"required": ["a"]}, {"properties": {"b": {"const": 1}}}], "dependencies": {"a": ["c"]}});
    let mut form = form(vec![page]);
    assert!(form.fields().iter().any(|field| field.path.name() == "a"));
    assert_eq!(form.set_text("c", "later"), Ok(()));
    assert_eq!(form.set_text("a", "x"), Ok(()));
    assert_eq!(form.values()["c"], "later");
    assert_eq!(form.values()["a"], "x");
}

#[test]
fn a_name_that_is_unknown_names_its_neighbour() {
    let mut form = form(vec![database()]);
    let error = form.set_text("nmae", "x").unwrap_err();
    assert_eq!(error.to_string(), "the template has no parameter \"nmae\" (did you mean \"name\"?)");
}

#[test]
fn flags_are_typed_by_questions_that_other_flags_switch_on() {
    let mut form = form(vec![database()]);
    let flags = [("size", "7"), ("db", "postgres"), ("name", "a")];
    form.set_all(&flags.map(|(name, text)| (name.to_owned(), text.to_owned()))).unwrap();
    assert_eq!(form.values()["size"], json!(7));
}

#[test]
fn a_secret_goes_apart_and_leaves_asterisks() {
    let mut form = form(vec![json!({"properties": {
        "token": {"type": "string", "ui:field": "Secret"},
        "password": {"type": "string", "ui:widget": "password"}
    }})]);
    form.set_text("token", "s3cr3t").unwrap();
    form.set_text("password", "hunter22").unwrap();
    let answers = form.submit().unwrap();
    assert_eq!(answers.parameters["token"], json!("******"));
    assert_eq!(answers.secrets["token"], json!("s3cr3t"));
    assert_eq!(answers.parameters["password"], json!("hunter22"));
    for shown in [format!("{form:?}"), format!("{answers:?}")] {
        assert!(!shown.contains("s3cr3t") && !shown.contains("hunter22"), "{shown}");
    }
}

#[test]
fn a_fault_inside_of_a_list_belongs_to_its_field() {
    let mut form =
        form(vec![json!({"properties": {"ports": {"type": "array", "items": {"type": "integer"}}}})]);
    form.set_text("ports", "80, http").unwrap();
    assert_eq!(form.validate()[0].field.to_string(), "ports");
}

#[test]
fn a_repository_outside_of_the_allowed_places_is_a_fault() {
    let rules = RepoRules { hosts: vec!["github.com".into()], owners: vec!["acme".into()], repos: vec![] };
    assert_eq!(repo_fault(&rules, "github.com?owner=acme&repo=x"), None);
    assert!(repo_fault(&rules, "gitlab.com?owner=acme&repo=x").is_some());
    assert!(repo_fault(&rules, "github.com?owner=other&repo=x").is_some());
    assert!(repo_fault(&rules, "github.com").is_some());
}

#[test]
fn twenty_thousand_choices_are_a_form() {
    let options: Vec<String> = (0..20_000).map(|n| format!("option-{n}")).collect();
    let mut form = form(vec![json!({"properties": {"a": {"type": "string", "enum": options}}})]);
    form.set_text("a", "option-19999").unwrap();
    assert!(form.validate().is_empty());
}

#[test]
fn parameters_behind_a_feature_flag_are_off() {
    let form = form(vec![json!({"required": ["a"], "properties": {
        "a": {"type": "string", "backstage:featureFlag": "x"}, "b": {"type": "string"}}})]);
    assert_eq!(names(&form), ["b"]);
    assert!(form.validate().is_empty());
}
