//! Everything that matches, in the order of references: for scripts, pickers and exports.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::search::{SearchRequest, Session};
use super::{Cancel, EntityRow};
use crate::catalog::EntityRef;
use crate::error::{Error, ErrorKind, Result};
use crate::search::Rows;
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
    if let Some(kind) = &request.kind {
        let is_of_kind = |place: u32| {
            rows.get(place as usize).is_some_and(|row| row.kind().raw().eq_ignore_ascii_case(kind))
        };
        places.retain(|place| is_of_kind(*place));
    }
    Ok(Listing { rows, places })
}

impl Listing {
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
    fn a_query_and_a_kind_narrow_and_keep_the_order() {
        assert_eq!(names("pay", Some("Component")), ["component:default/payments"]);
        assert_eq!(
            names("pay", None),
            [
                "api:default/payments",
                "component:default/payments",
                "group:default/team-pay",
                "system:default/money",
            ]
        );
    }
}
