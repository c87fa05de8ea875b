//! From a template to files: its form, the plan for the answers, and the carried-out run.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::portal::Portal;
use super::{Cancel, EntityRow};
use crate::catalog::{Entity, EntityRef, RefContext, Severity};
use crate::error::{Error, ErrorKind, Result};
use crate::run::{self, Request, TemplateFiles};
use crate::search::Row;
use crate::source::tree::parent;
use crate::store::Snapshot;
use crate::template::action::{FetchError, Surroundings};
use crate::template::form::{Answers, EntityFilter, FilterRule, Form};
use crate::template::plan::{self, LeaveOut, Plan};
use crate::template::skeleton::SkeletonEntry;
use crate::template::workspace::Node;
use crate::template::{Finding, Template};

pub use crate::run::{RunReport, RunStatus, RunStep, StepResult};

/// Problems of a template that one error tells.
const MAX_TOLD: usize = 5;

/// A template with its empty form.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The template.
    pub template: Template,
    /// Its form, with the defaults.
    pub form: Form,
    /// Its entity, for the place of its files.
    entity: Entity,
}

/// The template that a text names: a reference or a name. Without a text, the only one that there is.
pub fn find(snapshot: &Snapshot, name: Option<&str>) -> Result<EntityRef> {
    let Some(name) = name else { return only(snapshot) };
    let context = RefContext { kind: Some("Template"), namespace: None };
    let reference = EntityRef::parse(name, context).map_err(|error| {
        Error::new(ErrorKind::Usage, format!("The template cannot be told: {error}."))
            .with_hint("`callboard template list` names the templates.")
    })?;
    if snapshot.exists(&reference)? { Ok(reference) } else { Err(missing(&reference)) }
}

fn only(snapshot: &Snapshot) -> Result<EntityRef> {
    let rows = snapshot.rows()?;
    let templates: Vec<EntityRef> = rows.iter().filter(is_template).map(|row| row.reference()).collect();
    match templates.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Error::new(ErrorKind::NotFound, "There is no template in the catalog.")),
        several => {
            let names: Vec<String> =
                several.iter().take(MAX_TOLD).map(|one| one.humanize(Some("template"))).collect();
            let more = if several.len() > names.len() { ", …" } else { "" };
            let message = format!("There are {} templates: {}{more}.", several.len(), names.join(", "));
            Err(Error::new(ErrorKind::Usage, message).with_hint("Name one: callboard create TEMPLATE."))
        }
    }
}

fn is_template(row: &Row<'_>) -> bool {
    row.kind().raw().eq_ignore_ascii_case("template")
}

fn missing(reference: &EntityRef) -> Error {
    Error::new(ErrorKind::NotFound, format!("There is no {reference}."))
        .with_hint("`callboard template list` names the templates.")
}

/// Opens the form of a template. A template that cannot be used is an error that says what is wrong with it.
pub fn prepare(snapshot: &Snapshot, reference: &EntityRef) -> Result<Prepared> {
    let entity = snapshot.entity(reference)?.ok_or_else(|| missing(reference))?;
    if reference.kind() != "template" {
        return Err(Error::new(ErrorKind::Usage, format!("{reference} is no template.")));
    }
    let (template, mut findings) = Template::from_entity(&entity);
    let form = Form::new(&template, &BTreeSet::new());
    findings.extend(form.findings().iter().cloned());
    unusable(&entity, &findings)?;
    Ok(Prepared { template, form, entity })
}

fn unusable(entity: &Entity, findings: &[Finding]) -> Result<()> {
    let errors: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    if errors.is_empty() {
        return Ok(());
    }
    let told = errors.iter().take(MAX_TOLD).map(|error| format!("{} ({})", error.message, error.pointer));
    let told: Vec<String> = told.collect();
    let message =
        format!("{} in {} cannot be used. {}", entity.reference, entity.origin.path, told.join(" "));
    Err(Error::new(ErrorKind::Failed, message)
        .with_hint(format!("`callboard template lint {}` tells all of it.", entity.reference)))
}

/// Takes the answers that flags and files give: `values` first, then `flags` in their order.
pub fn answer(form: &mut Form, values: Option<&Value>, flags: &[(String, String)]) -> Result<()> {
    let usage = |error| {
        Error::new(ErrorKind::Usage, format!("The answers do not fit: {error}."))
            .with_hint("`callboard template show TEMPLATE` lists its parameters.")
    };
    if let Some(values) = values {
        form.load(values).map_err(usage)?;
    }
    form.set_all(flags).map_err(usage)
}

/// The answers of a filled-in form, or an error that lists everything that is missing or wrong.
pub fn submit(form: &Form) -> Result<Answers> {
    form.submit().map_err(|errors| {
        let told: Vec<String> =
            errors.iter().map(|error| format!("{}: {}", error.place(), error.message)).collect();
        Error::new(ErrorKind::Usage, format!("The answers do not fit. {}", told.join(" ")))
            .with_hint("Give answers with --set NAME=VALUE or --values FILE.")
    })
}

/// The entities that a picker offers, in the order of references.
pub fn candidates(snapshot: &Snapshot, filter: &EntityFilter) -> Result<Vec<EntityRow>> {
    let rows = snapshot.rows()?;
    let mut offered = Vec::new();
    for row in rows.iter() {
        let kind = row.kind();
        let of_kind = |wanted: &String| wanted.eq_ignore_ascii_case(kind.raw());
        if !filter.kinds.is_empty() && !filter.kinds.iter().any(of_kind) {
            continue;
        }
        if filter.any_of.is_empty() || any_holds(snapshot, &filter.any_of, &row)? {
            offered.push(EntityRow::from(row));
        }
    }
    Ok(offered)
}

fn any_holds(snapshot: &Snapshot, any_of: &[Vec<FilterRule>], row: &Row<'_>) -> Result<bool> {
    for rules in any_of {
        let mut all = true;
        for rule in rules {
            if !holds(snapshot, rule, row)? {
                all = false;
                break;
            }
        }
        if all {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a rule holds. The fields that rows carry are read from the row; others from the entity.
fn holds(snapshot: &Snapshot, rule: &FilterRule, row: &Row<'_>) -> Result<bool> {
    let found = match rule.key.to_ascii_lowercase().as_str() {
        "kind" => Some(row.kind().raw().to_owned()),
        "metadata.name" => Some(row.name().raw().to_owned()),
        "metadata.namespace" => Some(row.namespace().raw().to_owned()),
        "spec.type" => row.spec_type().map(|text| text.raw().to_owned()),
        "spec.lifecycle" => row.lifecycle().map(|text| text.raw().to_owned()),
        "relations.ownedby" => row.owner().map(|text| text.raw().to_owned()),
        _ => {
            let entity = snapshot.entity(&row.reference())?;
            entity.and_then(|entity| dotted(&entity.document, &rule.key).map(text_of))
        }
    };
    let matches = |found: &String| rule.values.iter().any(|value| value.eq_ignore_ascii_case(found));
    Ok(found.is_some_and(|found| rule.values.is_empty() || matches(&found)))
}

/// The value behind a dotted key, whose parts may hold dots themselves, as annotations do.
fn dotted<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    let map = value.as_object()?;
    if let Some(found) = map.get(key) {
        return Some(found);
    }
    key.match_indices('.').find_map(|(at, _)| dotted(map.get(&key[..at])?, &key[at + 1..]))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Works out everything that a run will do. Writes nothing.
pub fn plan(
    portal: &Portal,
    snapshot: &Arc<Snapshot>,
    prepared: &Prepared,
    answers: &Answers,
) -> Result<Plan> {
    let origin = &prepared.entity.origin;
    let root = origin.repository.as_ref().map_or("", |repository| repository.root.as_str());
    let files = TemplateFiles::new(portal.tree(&origin.source)?, parent(&origin.path), root);
    let looked_at = LookedAt { files, snapshot: Arc::clone(snapshot) };
    Ok(plan::plan(&prepared.template, answers, None, &looked_at))
}

/// Carries out a plan in a folder, whole or not at all, and writes its journal.
pub fn apply(
    portal: &Portal,
    plan: &Plan,
    out: &Path,
    leave_out: LeaveOut,
    cancel: &Cancel,
) -> Result<RunReport> {
    run::apply(
        plan,
        &Request {
            out,
            leave_out,
            runs: &portal.places().state.join("runs"),
            now: &|| portal.now(),
            is_cancelled: &|| cancel.is_cancelled(),
        },
    )
}

/// What stands in the way of making a folder; nothing where it is empty or not there.
pub fn in_the_way(out: &Path) -> Result<Vec<String>> {
    run::in_the_way(out)
}

/// What a run may look at: the template's repository and the catalog.
struct LookedAt {
    files: TemplateFiles,
    snapshot: Arc<Snapshot>,
}

/// An error as a step tells it: its message without the full stop, for more words follow.
fn told(error: &Error) -> String {
    let message = error.message().trim_end_matches('.');
    match error.hint() {
        Some(hint) => format!("{message}. {}", hint.trim_end_matches('.')),
        None => message.to_owned(),
    }
}

fn fetch_error(url: &str, error: &Error) -> FetchError {
    if TemplateFiles::is_elsewhere(url) { FetchError::Elsewhere } else { FetchError::Failed(told(error)) }
}

impl Surroundings for LookedAt {
    fn fetch(&self, url: &str) -> Result<Vec<SkeletonEntry>, FetchError> {
        self.files.entries(url).map_err(|error| fetch_error(url, &error))
    }

    fn fetch_file(&self, url: &str) -> Result<Node, FetchError> {
        self.files.file(url).map_err(|error| fetch_error(url, &error))
    }

    fn entity(&self, reference: &EntityRef) -> Result<Option<Value>, String> {
        let entity = self.snapshot.entity(reference).map_err(|error| told(&error))?;
        Ok(entity.map(|entity| entity.document.to_value()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::portal::{Places, Target};
    use super::*;
    use crate::template::form::Widget;
    use serde_json::json;

    fn sample(home: &Path) -> (Portal, Arc<Snapshot>) {
        let places = Places { cache: home.join("cache"), state: home.join("state") };
        let portal = Portal::open(Target::Demo, places, Arc::new(|| jiff::Timestamp::UNIX_EPOCH)).unwrap();
        let snapshot = portal.snapshot_or_refresh(&Cancel::new()).unwrap();
        (portal, snapshot)
    }

    /// Answers everything that has to be answered, as somebody in a hurry would.
    fn filled_in(form: &mut Form) -> Answers {
        let questions: Vec<(String, Widget)> =
            form.questions().map(|field| (field.path.to_string(), field.widget.clone())).collect();
        for (name, widget) in questions {
            let text = match widget {
                Widget::RepoUrl(rules) => format!("{}/{}/pay", rules.hosts[0], rules.owners[0]),
                Widget::Choice { options } => options[0].label.clone(),
                _ => "pay-refunds".to_owned(),
            };
            form.set_text(&name, &text).unwrap();
        }
        submit(form).unwrap()
    }

    #[test]
    fn every_template_of_the_sample_becomes_files() {
        let home = tempfile::tempdir().unwrap();
        let (portal, snapshot) = sample(home.path());
        let rows = crate::ops::template::list(&snapshot).unwrap();
        assert!(rows.len() >= 4);
        for row in rows {
            let mut prepared = prepare(&snapshot, &row.reference).unwrap();
            let answers = filled_in(&mut prepared.form);
            let plan = plan(&portal, &snapshot, &prepared, &answers).unwrap();
            let out = home.path().join("made").join(row.reference.name());
            let report = apply(&portal, &plan, &out, LeaveOut::Outside, &Cancel::new()).unwrap();
            assert!(!report.files.is_empty(), "{}", row.reference);
            for file in &report.files {
                assert!(out.join(file).is_file(), "{file} of {}", row.reference);
            }
            assert!(in_the_way(&out).unwrap().len() <= report.files.len());
        }
    }

    #[test]
    fn what_is_missing_is_listed() {
        let home = tempfile::tempdir().unwrap();
        let (_, snapshot) = sample(home.path());
        let reference = find(&snapshot, Some("new-service")).unwrap();
        let prepared = prepare(&snapshot, &reference).unwrap();
        let error = submit(&prepared.form).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.message().contains("name: ") && error.message().contains("owner: "), "{error}");
    }

    #[test]
    fn a_template_that_is_not_named_must_be_the_only_one() {
        let home = tempfile::tempdir().unwrap();
        let (_, snapshot) = sample(home.path());
        assert_eq!(find(&snapshot, None).unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(find(&snapshot, Some("no-such")).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_picker_offers_what_its_filter_lets_through() {
        let home = tempfile::tempdir().unwrap();
        let (_, snapshot) = sample(home.path());
        let rule =
            |key: &str, value: &str| FilterRule { key: key.to_owned(), values: vec![value.to_owned()] };
        let filter = EntityFilter {
            any_of: vec![vec![rule("kind", "Group"), rule("spec.type", "team")]],
            ..EntityFilter::default()
        };
        let offered = candidates(&snapshot, &filter).unwrap();
        assert!(!offered.is_empty());
        assert!(offered.iter().all(|row| row.kind.raw() == "group"));
    }

    #[test]
    fn a_dotted_key_may_end_in_a_name_with_dots() {
        let document = json!({"metadata": {"annotations": {"github.com/project-slug": "a/b"}}});
        assert_eq!(dotted(&document, "metadata.annotations.github.com/project-slug"), Some(&json!("a/b")));
        assert_eq!(dotted(&document, "metadata.missing"), None);
    }
}
