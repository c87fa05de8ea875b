//! Any schema is a form. The first document of the input is a page of it, or the list of its pages; the
//! second the answers of a file of values; every question is answered by the lines of the third.

use std::collections::BTreeSet;

use callboard::catalog::{Entity, Origin, Position, SourceId, yaml};
use callboard::template::{Form, Template};
use serde_json::{Value, json};

/// An answer that no schema of the corpus holds.
const SECRET: &str = "hush-5e0c7a31";

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut documents = yaml::documents(text);
    let Some(Ok(parameters)) = documents.next().map(|document| document.parse()) else { return };
    let Some(template) = template(&parameters) else { return };
    let mut form = Form::new(&template, &BTreeSet::from(["experimental".to_owned()]));
    let empty = form.values().clone();
    is_sound(&form);

    if let Some(Ok(answers)) = documents.next().map(|document| document.parse()) {
        let taken = form.load(&answers).is_ok();
        assert!(!taken || answers.is_object());
        is_sound(&form);
    }
    let typed = documents.next().map_or("", |document| document.text());
    let names: Vec<_> = form.fields().iter().map(|field| field.path.to_string()).collect();
    for (name, line) in names.iter().zip(typed.lines().chain(std::iter::repeat(SECRET))) {
        form.set_text(name, line).expect("what the form asks can be answered");
        is_sound(&form);
    }
    let secrets = form.fields().iter().filter(|field| field.is_secret());
    if secrets.filter_map(|field| form.value(field)).any(|value| value == SECRET) {
        assert!(!format!("{form:?}").contains(SECRET), "a secret is shown");
    }

    let mut cleared = Form::new(&template, &BTreeSet::from(["experimental".to_owned()]));
    for name in cleared.fields().iter().map(|field| field.path.to_string()).collect::<Vec<_>>() {
        cleared.set_text(&name, SECRET).expect("what the form asks can be answered");
        cleared.clear(&name).expect("what was answered can be taken back");
    }
    assert_eq!(cleared.values(), &empty, "answers taken back leave the defaults");
}

fn template(parameters: &Value) -> Option<Template> {
    let value = json!({
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "fuzz"},
        "spec": {"type": "service", "parameters": parameters, "steps": []},
    });
    let origin = Origin {
        source: SourceId::new("fuzz"),
        path: "template.yaml".into(),
        position: Position::default(),
        repository: None,
    };
    Entity::from_value(value, origin).map(|entity| Template::from_entity(&entity).0)
}

fn is_sound(form: &Form) {
    let distinct: BTreeSet<_> = form.fields().iter().map(|field| &field.path).collect();
    assert_eq!(distinct.len(), form.fields().len(), "a question is asked twice");
    assert_eq!(form.questions().count() + form.defaults().count() + hidden(form), form.fields().len());
    let errors = form.validate();
    for error in &errors {
        assert!(!error.message.is_empty() && !error.place().is_empty());
    }
    match form.submit() {
        Ok(answers) => {
            assert_eq!(errors, []);
            assert_eq!(answers.parameters.len(), form.values().len());
        }
        Err(submitted) => assert_eq!(submitted, errors),
    }
}

/// Fields that nobody is asked.
fn hidden(form: &Form) -> usize {
    form.fields().iter().filter(|field| field.hidden && !field.must_be_answered()).count()
}
