//! Fields that look like those that make relations, and make none.

use serde_json::Value;

use super::{Finding, Stage, path, suggest};
use crate::catalog::Code;
use crate::catalog::relation_fields::{self, FIELDS};

/// Names that people write for relation fields, by what they most likely mean.
const MISTAKEN: &[(&str, &str)] = &[
    ("providesApi", "providesApis"),
    ("consumesApi", "consumesApis"),
    ("implementsApis", "providesApis"),
    ("apiProvidedBy", "providesApis on the component"),
    ("apiConsumedBy", "consumesApis on the component"),
    ("partOf", "system"),
    ("ownedBy", "owner"),
    ("ancestors", "parent"),
    ("descendants", "children"),
];

/// Checks the fields of spec that no relation is made of.
pub(super) fn check(entity: &Value, findings: &mut Vec<Finding>) {
    let Some(kind) = entity.get("kind").and_then(Value::as_str) else { return };
    let Some(known) = super::kinds::find(kind) else { return };
    let Some(spec) = entity.get("spec").and_then(Value::as_object) else { return };
    let own: Vec<&str> = relation_fields::of_kind(kind).map(|field| field.name).collect();
    for key in spec.keys() {
        let is_known = own.contains(&key.as_str()) || known.spec.named.iter().any(|(name, ..)| name == key);
        if is_known {
            continue;
        }
        let better = own.iter().find(|name| name.eq_ignore_ascii_case(key)).map(|name| (*name).to_owned());
        let mistaken =
            || MISTAKEN.iter().find(|(name, _)| name == key).map(|(_, better)| (*better).to_owned());
        let slip = || is_long(key).then(|| suggest::nearest(key, own.iter().copied()))?;
        let fix = better.or_else(mistaken).or_else(slip);
        let foreign = of_other_kinds(key);
        if fix.is_none() && foreign.is_none() {
            continue;
        }
        let pointer = path::SPEC.key(key).pointer();
        findings.push(Finding {
            code: Code::IgnoredField,
            stage: Stage::Lint,
            field: pointer.clone(),
            pointer,
            is_about_key: true,
            message: if foreign.is_some() && fix.is_none() {
                format!("spec.{key} makes no relation on {kind}: it is ignored.")
            } else {
                format!("spec.{key} makes no relation: it is ignored.")
            },
            fix: Some(match fix {
                Some(better) => format!("Did you mean {better}?"),
                None => elsewhere(&foreign.unwrap_or_else(|| key.clone())),
            }),
        });
    }
}

/// The field that makes relations on other kinds, and that a key is or was meant to be.
fn of_other_kinds(key: &str) -> Option<String> {
    let names = || FIELDS.iter().filter(|field| field.kinds != ["AiResource"]).map(|field| field.name);
    // A name of several words is nobody's own field by chance.
    let is_of_words = |name: &&str| name.contains(|c: char| c.is_ascii_uppercase());
    names()
        .find(|name| *name == key)
        .map(str::to_owned)
        .or_else(|| suggest::nearest(key, names().filter(is_of_words)))
}

/// Where a field belongs that makes relations on other kinds.
fn elsewhere(key: &str) -> String {
    let kinds = FIELDS.iter().filter(|field| field.name == key).flat_map(|field| field.kinds);
    let kinds: Vec<_> = kinds.copied().filter(|kind| *kind != "AiResource").collect();
    format!("Remove it: {key} belongs to {}.", kinds.join(", "))
}

/// Short words are near too much to be slips.
fn is_long(key: &str) -> bool {
    const SHORTEST_SLIP: usize = 5;
    key.len() >= SHORTEST_SLIP
}
