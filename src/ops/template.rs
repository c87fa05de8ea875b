//! Templates: which there are, what one asks and does, and what is wrong with them.

use serde::Serialize;

use super::create::Prepared;
use super::locate::locate_in;
use super::portal::{Portal, SourcePlace};
use super::skeleton;
use crate::catalog::{Entity, EntityRef, Problem};
use crate::error::{ErrorKind, Result};
use crate::source::Tree;
use crate::source::tree::parent;
use crate::store::Snapshot;
use crate::template::action::{Reach, known};
use crate::template::{Field, lint};
use crate::text::Untrusted;

/// A template as a line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateRow {
    /// Its identity.
    #[serde(rename = "ref")]
    pub reference: EntityRef,
    /// What it is called.
    pub title: Untrusted<'static>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Untrusted<'static>>,
    /// Who owns it, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Untrusted<'static>>,
    /// What it makes.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub spec_type: Option<Untrusted<'static>>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Untrusted<'static>>,
}

/// A template with everything that it asks and does.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateDetails {
    /// What a list shows of it.
    #[serde(flatten)]
    pub row: TemplateRow,
    /// The titles of the pages of its form.
    pub pages: Vec<Option<Untrusted<'static>>>,
    /// What it asks before anything is answered.
    pub parameters: Vec<Field>,
    /// What it does.
    pub steps: Vec<StepDetails>,
}

/// One step of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepDetails {
    /// Its id.
    pub id: Untrusted<'static>,
    /// What it is called.
    pub name: Untrusted<'static>,
    /// Its action.
    pub action: Untrusted<'static>,
    /// Where it is carried out.
    pub carried_out: CarriedOut,
}

/// Where an action is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CarriedOut {
    /// Here.
    Here,
    /// Outside: it is left to a person.
    Outside,
    /// Nobody here knows it.
    Unknown,
}

/// All templates, in the order of references.
pub fn list(snapshot: &Snapshot) -> Result<Vec<TemplateRow>> {
    snapshot
        .entities_of_kind("template")
        .map(|entity| {
            let entity = entity?;
            Ok(TemplateRow {
                title: entity.display_name().into_owned(),
                description: entity.description().map(Untrusted::into_owned),
                owner: entity.owner_text().map(Untrusted::into_owned),
                spec_type: entity.spec_type().map(Untrusted::into_owned),
                tags: entity.tags().map(Untrusted::into_owned).collect(),
                reference: entity.reference.clone(),
            })
        })
        .collect()
}

/// What a template asks and does.
pub fn show(prepared: &Prepared) -> TemplateDetails {
    let Prepared { template, form, .. } = prepared;
    let owned = |text: &Option<String>| text.as_deref().map(|text| Untrusted::owned(text));
    TemplateDetails {
        row: TemplateRow {
            reference: template.reference.clone(),
            title: Untrusted::owned(template.title.as_str()),
            description: owned(&template.description),
            owner: owned(&template.owner),
            spec_type: owned(&template.spec_type),
            tags: template.tags.iter().map(|tag| Untrusted::owned(tag.as_str())).collect(),
        },
        pages: form.pages().map(|title| title.map(Untrusted::owned)).collect(),
        parameters: form.fields().to_vec(),
        steps: template
            .steps
            .iter()
            .map(|step| StepDetails {
                id: Untrusted::owned(step.id.as_str()),
                name: Untrusted::owned(step.name.as_str()),
                action: Untrusted::owned(step.action.as_str()),
                carried_out: match known(&step.action).map(|known| known.reach) {
                    Some(Reach::Here) => CarriedOut::Here,
                    Some(Reach::Outside(_)) => CarriedOut::Outside,
                    None => CarriedOut::Unknown,
                },
            })
            .collect(),
    }
}

/// Of a source that lies elsewhere only what is needed was fetched, so that nothing is certainly missing.
fn missing_files(portal: &Portal, entity: &Entity) -> Result<Vec<Problem>> {
    let source = portal.source(&entity.origin.source)?;
    Ok(match source.place {
        SourcePlace::Remote(_) => Vec::new(),
        SourcePlace::Directory { .. } | SourcePlace::Sample => {
            let tree = source.tree()?;
            skeleton::missing(entity, &|path| is_there(&*tree, path))
        }
    })
}

/// Whether a tree has something at a path. A folder that cannot be read may have it.
fn is_there(tree: &dyn Tree, path: &str) -> bool {
    match tree.list(parent(path)) {
        Ok(entries) => path.is_empty() || entries.iter().any(|entry| entry.path == path),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}

/// Everything that is wrong with one template, or with all of them.
/// Each has its exact place where its file is still there.
pub fn lint(portal: &Portal, snapshot: &Snapshot, reference: Option<&EntityRef>) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for entity in snapshot.entities_of_kind("template") {
        let entity = entity?;
        if reference.is_none_or(|wanted| entity.reference == *wanted) {
            problems.extend(lint::problems(&entity));
            problems.extend(missing_files(portal, &entity)?);
        }
    }
    locate_in(portal, &mut problems);
    Ok(problems)
}
