//! Everything that matches, in the order of references: for scripts, pickers and exports.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::search::{SearchRequest, Session};
use super::{Cancel, EntityRow};
use crate::catalog::EntityRef;
use crate::catalog::filter::{self, IndexQuery};
use crate::catalog::query::{Is, Predicate, Query};
use crate::error::{Error, ErrorKind, Result};
use crate::search::{RowFlags, Rows};
use crate::store::Snapshot;

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListRequest {
    /// The query; an empty one matches everything.
    pub query: String,
    /// One kind, in any case.
    pub kind: Option<String>,
    /// The user and the user's groups, for `is:mine`.
    pub mine: Vec<EntityRef>,
}

/// Everything that matches.
#[derive(Debug)]
pub struct Listing {
    rows: Arc<Rows>,
    places: Vec<u32>,
}

/// Lists what matches.
pub fn list(snapshot: &Arc<Snapshot>, request: &ListRequest) -> Result<Listing> {
    let processors = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut session = Session::new(snapshot, processors)?;
    let search = SearchRequest {
        query: request.query.clone(),
        mine: request.mine.clone(),
        ..SearchRequest::default()
    };
    let stopped = || Error::new(ErrorKind::Interrupted, "The listing was interrupted.");
    let mut places = session.all(&search, &Cancel::new())?.ok_or_else(stopped)?;
    let rows = snapshot.rows()?;
    // A list is what there is; what is gone is listed when somebody asks for it.
    if !asks_for_gone(&request.query) {
        let is_there =
            |place: u32| rows.get(place as usize).is_some_and(|row| !row.flags().contains(RowFlags::GONE));
        places.retain(|place| is_there(*place));
    }
    if let Some(kind) = &request.kind {
        let is_of_kind = |place: u32| {
            rows.get(place as usize).is_some_and(|row| row.kind().raw().eq_ignore_ascii_case(kind))
        };
        places.retain(|place| is_of_kind(*place));
    }
    Ok(Listing { rows, places })
}

fn asks_for_gone(query: &str) -> bool {
    let asks = |predicate: &Predicate| matches!(predicate, Predicate::Is(words) if words.contains(&Is::Gone));
    Query::parse(query).terms.iter().any(|term| asks(&term.predicate))
}

fn parse(filters: &[String]) -> Result<Option<IndexQuery>> {
    let (predicates, texts): (Vec<&str>, Vec<&str>) =
        filters.iter().map(String::as_str).partition(|filter| filter.trim_start().starts_with('{'));
    let mut any: Vec<_> = filter::parse_filters(texts).map_err(wrong)?.into_iter().collect();
    for predicate in predicates {
        let value = serde_json::from_str(predicate).map_err(wrong)?;
        any.push(filter::Predicate::parse(&value).map_err(wrong)?);
    }
    let predicate = if any.len() > 1 { Some(filter::Predicate::Any(any)) } else { any.pop() };
    predicate.map(|predicate| IndexQuery::new(&predicate).map_err(wrong)).transpose()
}

fn wrong(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Usage, format!("The filter cannot be read: {error}."))
        .with_hint(r#"Filters look like kind=component,spec.type=service, or like {"kind": "component"}."#)
}

/// Whether a filter holds for an entity as a Backstage server would send it. One that a server refuses to
/// index matches nothing there and nothing here.
fn holds(filter: &IndexQuery, snapshot: &Snapshot, reference: &EntityRef) -> Result<bool> {
    let Some(entity) = snapshot.entity(reference)? else { return Ok(false) };
    let served = filter::served_document(&entity, snapshot.relations(reference)?);
    Ok(filter::Rows::of(&served).is_ok_and(|rows| filter.holds(&rows)))
}

impl Listing {
    /// What of it Backstage's own filters select, such as `kind=component,spec.type=service` or, as a predicate,
    /// `{"kind": "component"}`; one of several must hold. Reads every document of the listing.
    pub fn filtered(mut self, snapshot: &Snapshot, filters: &[String]) -> Result<Self> {
        let Some(filter) = parse(filters)? else { return Ok(self) };
        let mut kept = Vec::new();
        for place in self.places {
            let reference = self.rows.get(place as usize).unwrap_or_default().reference();
            if holds(&filter, snapshot, &reference)? {
                kept.push(place);
            }
        }
        self.places = kept;
        Ok(self)
    }

    /// How many entities match.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nothing matches.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The entities, made one by one, so that a million can be printed without being held.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = EntityRow> {
        self.places.iter().map(|place| {
            // The places came from these rows.
            EntityRow::from(self.rows.get(*place as usize).unwrap_or_default())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing;

    fn names(query: &str, kind: Option<&str>) -> Vec<String> {
        let request =
            ListRequest { query: query.into(), kind: kind.map(Into::into), ..ListRequest::default() };
        let listing = list(&testing::snapshot(), &request).unwrap();
        listing.iter().map(|row| row.reference.to_string()).collect()
    }

    #[test]
    fn everything_comes_in_the_order_of_references() {
        let all = names("", None);
        assert_eq!(all.len(), testing::ENTITIES);
        assert!(all.is_sorted());
    }

    #[test]
    fn filters_of_backstage_are_understood() {
        let filtered = |filters: &[&str]| {
            let filters = filters.iter().map(|filter| (*filter).to_owned()).collect::<Vec<_>>();
            let snapshot = testing::snapshot();
            let listing = list(&snapshot, &ListRequest::default())?.filtered(&snapshot, &filters)?;
            Ok(listing.iter().map(|row| row.reference.to_string()).collect::<Vec<_>>())
        };
        let expected = ["component:default/payments".to_owned()];
        assert_eq!(filtered(&["kind=Component,spec.type=service"]), Ok(expected.to_vec()));
        assert_eq!(filtered(&["relations.providesApi=api:default/payments"]), Ok(expected.to_vec()));
        assert_eq!(filtered(&["kind=system", "kind=resource"]).unwrap().len(), 2);
        assert_eq!(filtered(&["=x"]).map_err(|error: Error| error.kind()), Err(ErrorKind::Usage));
    }

    #[test]
    fn a_query_and_a_kind_narrow_and_keep_the_order() {
        assert_eq!(
            names("pay", Some("Component")),
            ["component:default/payments", "component:default/worker"]
        );
        assert_eq!(
            names("pay", None),
            [
                "api:default/payments",
                "component:default/payments",
                "component:default/worker",
                "group:default/team-pay",
                "system:default/money",
            ]
        );
    }
}
