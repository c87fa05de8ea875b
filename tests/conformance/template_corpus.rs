//! Templates of real repositories, where they are at hand: every one gives a plan or a named problem.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use callboard::catalog::{Entity, EntityRef, Origin, Position, Severity, SourceId, descriptor};
use callboard::error::Error;
use callboard::run::TemplateFiles;
use callboard::source::DirectoryTree;
use callboard::source::tree::{Tree, parent};
use callboard::template::action::{FetchError, Surroundings};
use callboard::template::form::{Field, Widget};
use callboard::template::plan::{LeaveOut, Plan, plan};
use callboard::template::skeleton::SkeletonEntry;
use callboard::template::workspace::Node;
use callboard::template::{Form, Template, lint};
use serde_json::{Value, json};

/// Bytes of a descriptor.
const MAX_DESCRIPTOR: u64 = 1 << 20;

/// Share of the templates, in percent, that has to give a plan that can be carried out.
const LEAST_PLANNED: usize = 60;

/// The files of a template; every entity exists.
struct Repository(TemplateFiles);

impl Surroundings for Repository {
    fn fetch(&self, url: &str) -> Result<Vec<SkeletonEntry>, FetchError> {
        self.0.entries(url).map_err(|error| fetch_error(url, &error))
    }

    fn fetch_file(&self, url: &str) -> Result<Node, FetchError> {
        self.0.file(url).map_err(|error| fetch_error(url, &error))
    }

    fn entity(&self, reference: &EntityRef) -> Result<Option<Value>, String> {
        Ok(Some(json!({"kind": reference.kind(), "metadata": {"name": reference.name()}, "spec": {}})))
    }
}

fn fetch_error(url: &str, error: &Error) -> FetchError {
    if TemplateFiles::is_elsewhere(url) {
        FetchError::Elsewhere
    } else {
        FetchError::Failed(error.message().to_owned())
    }
}

#[test]
fn real_templates_give_a_plan_or_a_named_problem() {
    let Some(shared) = std::env::var_os("CALLBOARD_SHARED").map(PathBuf::from) else {
        eprintln!("left out: CALLBOARD_SHARED does not say where real templates are");
        return;
    };
    let mut outcomes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut repositories: Vec<PathBuf> = std::fs::read_dir(shared.join("corpus/templates"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    repositories.sort();
    for repository in &repositories {
        let tree: Arc<dyn Tree> = Arc::new(DirectoryTree::new(repository).unwrap());
        for (path, entity) in templates(tree.as_ref()) {
            let (outcome, said) = outcome(&tree, &path, &entity);
            outcomes.entry(outcome).or_default().push(format!("{}/{path}: {said}", name(repository)));
        }
    }
    for (outcome, said) in &outcomes {
        eprintln!("{outcome}: {}", said.len());
        if std::env::var_os("CALLBOARD_VERBOSE").is_some() {
            for line in said {
                eprintln!("  {line}");
            }
        }
    }
    let count = |outcome: &str| outcomes.get(outcome).map_or(0, Vec::len);
    let all: usize = outcomes.values().map(Vec::len).sum();
    assert!(all > 0, "there are templates");
    assert!(count("planned") * 100 >= all * LEAST_PLANNED, "{} of {all} are planned", count("planned"));
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Every template of a tree, with the path of its descriptor.
fn templates(tree: &dyn Tree) -> Vec<(String, Entity)> {
    let mut found = Vec::new();
    for file in tree.walk("").unwrap() {
        let extension = Path::new(&file.path).extension().and_then(|extension| extension.to_str());
        let is_yaml = matches!(extension, Some("yaml" | "yml"));
        if !file.is_file() || !is_yaml {
            continue;
        }
        let Ok(bytes) = tree.read(&file.path, MAX_DESCRIPTOR) else { continue };
        if !String::from_utf8_lossy(&bytes).contains("kind: Template") {
            continue;
        }
        let origin = Origin {
            source: SourceId::new("corpus"),
            path: file.path.as_str().into(),
            position: Position::default(),
            repository: None,
        };
        let entities = descriptor::read(&bytes, &origin).entities;
        let is_template = |entity: &Entity| entity.reference.kind() == "template";
        found.extend(entities.into_iter().filter(is_template).map(|entity| (file.path.clone(), entity)));
    }
    found
}

fn outcome(tree: &Arc<dyn Tree>, path: &str, entity: &Entity) -> (&'static str, String) {
    if let Some(problem) = lint::problems(entity).into_iter().find(|it| it.severity == Severity::Error) {
        return ("problem", format!("{} {}", problem.pointer.unwrap_or_default(), problem.message));
    }
    let (template, _) = Template::from_entity(entity);
    let mut form = Form::new(&template, &BTreeSet::new());
    // An answer may ask for the next one.
    for _ in 0..5 {
        let open: Vec<Field> = form.questions().filter(|it| form.value(it).is_none()).cloned().collect();
        for field in open {
            form.set(&field.path.to_string(), example(&field)).unwrap();
        }
    }
    let answers = match form.submit() {
        Ok(answers) => answers,
        Err(errors) => return ("unanswered", format!("{}: {}", errors[0].field, errors[0].message)),
    };
    let files = Repository(TemplateFiles::new(Arc::clone(tree), parent(path), ""));
    let plan: Plan = plan(&template, &answers, Some(user()), &files);
    let obstacles = plan.obstacles(LeaveOut::Outside);
    match obstacles.first() {
        None => ("planned", format!("{} files", plan.files.len())),
        Some(obstacle) => ("obstacle", obstacle.clone()),
    }
}

fn user() -> Value {
    json!({"ref": "user:default/jane", "entity": {"metadata": {"name": "jane"}, "spec": {"profile": {"displayName": "Jane", "email": "jane@example.com"}}}})
}

/// An answer that most questions accept.
fn example(field: &Field) -> Value {
    match &field.widget {
        Widget::Number | Widget::Integer => json!(3),
        Widget::Toggle => json!(true),
        Widget::Choice { options } => options.first().map_or(Value::Null, |option| option.value.clone()),
        Widget::Choices { options } => json!(options.iter().take(1).map(|it| &it.value).collect::<Vec<_>>()),
        Widget::RepoUrl(rules) => {
            let host = rules.hosts.first().map_or("github.com", String::as_str);
            let owner = rules.owners.first().map_or("acme", String::as_str);
            let repo = rules.repos.first().map_or("example", String::as_str);
            json!(format!("{host}?owner={owner}&repo={repo}"))
        }
        Widget::OwnerPicker(_) | Widget::EntityPicker(_) => json!("group:default/team"),
        Widget::EntitiesPicker(_) => json!(["group:default/team"]),
        Widget::List { numbers: true } => json!([1]),
        Widget::List { numbers: false } => json!(["example"]),
        Widget::Json => json!([]),
        Widget::Text | Widget::Multiline { .. } | Widget::Secret { .. } => json!("example"),
    }
}
