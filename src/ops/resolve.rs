//! From what somebody typed to the entity that is meant: a reference, or a name that only one entity has.

use crate::catalog::{EntityRef, RefContext, RefParts};
use crate::error::{Error, ErrorKind, Result};
use crate::search;
use crate::store::Snapshot;

/// Most candidates that an error lists.
const MAX_CANDIDATES: usize = 10;

/// The entity that a text means: `kind:namespace/name`, or `[namespace/]name` where it is the only one of that
/// name. An error of kind not found lists what may have been meant.
pub fn resolve(snapshot: &Snapshot, text: &str) -> Result<EntityRef> {
    resolve_in(snapshot, text, None)
}

/// As [`resolve`], where only entities of one kind can be meant. The kind is in lower case.
pub fn resolve_kind(snapshot: &Snapshot, text: &str, kind: &str) -> Result<EntityRef> {
    resolve_in(snapshot, text, Some(kind))
}

/// As [`resolve`], where a reference that is not in the catalog is meant as well if something names it.
pub fn resolve_referred(snapshot: &Snapshot, text: &str) -> Result<EntityRef> {
    let dangling = |error| {
        let reference = EntityRef::parse(text, RefContext::default()).map_err(|_| error)?;
        if snapshot.relations(&reference)?.is_empty() { resolve(snapshot, text) } else { Ok(reference) }
    };
    resolve(snapshot, text).or_else(dangling)
}

fn resolve_in(snapshot: &Snapshot, text: &str, kind: Option<&str>) -> Result<EntityRef> {
    // A blank stands for "no kind": no kind is a blank.
    let context = RefContext { kind: Some(kind.unwrap_or(" ")), namespace: None };
    let parts = RefParts::parse(text, context).map_err(|_| missing(snapshot, text, kind))?;
    let reference = parts.canonical();
    if snapshot.exists(&reference)? {
        return Ok(reference);
    }
    let rows = snapshot.rows()?;
    let has_namespace = text.contains('/');
    let is_meant = |row: &search::Row<'_>| {
        let found = row.reference();
        found.name() == reference.name()
            && (!has_namespace || found.namespace() == reference.namespace())
            && (parts.kind == " " || found.kind() == reference.kind())
    };
    let mut meant = rows.iter().filter(is_meant).map(|row| row.reference());
    match (meant.next(), meant.next()) {
        (Some(only), None) => Ok(only),
        (Some(first), Some(second)) => {
            let candidates = [first, second].into_iter().chain(meant);
            Err(ambiguous(text, candidates))
        }
        (None, _) => Err(missing(snapshot, text, kind)),
    }
}

fn ambiguous(text: &str, candidates: impl Iterator<Item = EntityRef>) -> Error {
    Error::new(ErrorKind::NotFound, format!("There is more than one entity {text:?}."))
        .with_hint(format!("Name one of them:\n{}", lines(candidates)))
}

fn missing(snapshot: &Snapshot, text: &str, kind: Option<&str>) -> Error {
    let what = kind.unwrap_or("entity");
    let error = Error::new(ErrorKind::NotFound, format!("There is no {what} {text:?}."));
    let Ok(rows) = snapshot.rows() else { return error };
    let name = text.rsplit([':', '/']).next().unwrap_or(text);
    let near = search::near_name(&rows, name, MAX_CANDIDATES);
    let near = near.into_iter().filter_map(|row| Some(rows.get(row)?.reference()));
    let near: Vec<_> = near.filter(|it| kind.is_none_or(|kind| it.kind() == kind)).collect();
    if near.is_empty() {
        error.with_hint("`callboard search` finds entities by parts of their names.")
    } else {
        error.with_hint(format!("Perhaps you meant:\n{}", lines(near.into_iter())))
    }
}

fn lines(candidates: impl Iterator<Item = EntityRef>) -> String {
    let mut lines: Vec<_> = candidates.take(MAX_CANDIDATES + 1).map(|it| it.to_string()).collect();
    if lines.len() > MAX_CANDIDATES {
        lines.truncate(MAX_CANDIDATES);
        lines.push("…".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing;

    #[test]
    fn a_reference_is_itself_in_any_case() {
        let snapshot = testing::snapshot();
        assert_eq!(resolve(&snapshot, "Component:payments").unwrap().as_str(), "component:default/payments");
    }

    #[test]
    fn a_name_that_only_one_entity_has_means_that_entity() {
        let snapshot = testing::snapshot();
        assert_eq!(resolve(&snapshot, "Money").unwrap().as_str(), "system:default/money");
        assert_eq!(resolve_kind(&snapshot, "payments", "api").unwrap().as_str(), "api:default/payments");
    }

    #[test]
    fn a_name_that_several_have_lists_them() {
        let error = resolve(&testing::snapshot(), "payments").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.hint(), Some("Name one of them:\napi:default/payments\ncomponent:default/payments"));
    }

    #[test]
    fn a_reference_that_something_names_can_be_asked_for_though_it_leads_nowhere() {
        let snapshot = testing::snapshot();
        let gone = resolve_referred(&snapshot, "Component:gone").unwrap();
        assert_eq!(gone.as_str(), "component:default/gone");
        assert!(resolve(&snapshot, "component:gone").is_err());
        let error = resolve_referred(&snapshot, "component:chekout").unwrap_err();
        assert_eq!(error.hint(), Some("Perhaps you meant:\ncomponent:default/checkout"));
    }

    #[test]
    fn a_misspelt_name_lists_what_is_near() {
        let error = resolve(&testing::snapshot(), "chekout").unwrap_err();
        assert_eq!(error.hint(), Some("Perhaps you meant:\ncomponent:default/checkout"));
        assert!(resolve(&testing::snapshot(), "a:").is_err());
    }
}
