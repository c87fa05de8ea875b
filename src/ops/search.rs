//! Search as every face does it: a query in, the best rows out, with what to say when there are none.

use std::num::NonZeroUsize;
use std::sync::Arc;

use serde::Serialize;

use super::{Cancel, EntityRow};
use crate::catalog::EntityRef;
use crate::catalog::query::{Predicate, Query};
use crate::error::{Error, ErrorKind, Result};
use crate::search::{self, Ask, Found, Highlighter, Hit, Partial, Rows, Searcher, Typing};
use crate::store::Snapshot;
use crate::text::Untrusted;

/// Most names that are suggested when nothing matches.
const MAX_NEAR: usize = 5;

/// What to search for.
#[derive(Debug, Clone, Default)]
pub struct SearchRequest {
    /// The query.
    pub query: String,
    /// Whether somebody is still typing it.
    pub typing: Typing,
    /// Most hits to return.
    pub limit: usize,
    /// The user and the user's groups, for `is:mine`.
    pub mine: Vec<EntityRef>,
    /// Entities to prefer among equals, with how much: pins and recents.
    pub preferred: Vec<(EntityRef, u16)>,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchOutcome {
    /// Entities there are.
    pub total: usize,
    /// Entities that match.
    pub matched: usize,
    /// The best of them, the best first.
    pub hits: Vec<SearchHit>,
    /// Names that were perhaps meant, where nothing matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<EntityRef>,
    /// Entities that the words alone would match, where nothing matches because of the filters.
    pub hidden: usize,
    /// What in the query cannot match, in plain words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub complaints: Vec<String>,
}

/// An entity that matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchHit {
    /// The entity.
    #[serde(flatten)]
    pub row: EntityRow,
    /// How well it matches: more is better. Comparable within one search only.
    pub score: u64,
    /// The characters of the name that matched.
    #[serde(skip)]
    pub name_marks: Vec<usize>,
    /// The characters of the title that matched.
    #[serde(skip)]
    pub title_marks: Vec<usize>,
}

/// Searches once.
pub fn search(snapshot: &Arc<Snapshot>, request: &SearchRequest) -> Result<SearchOutcome> {
    let stopped = || Error::new(ErrorKind::Interrupted, "The search was interrupted.");
    Session::new(snapshot, threads())?.run(request, &Cancel::new(), &mut |_| ())?.ok_or_else(stopped)
}

/// The beginning of the answer to an empty query, without reading the rest of the rows: what a first frame
/// shows. Of all that match, only the number is known.
pub fn first_page(snapshot: &Snapshot, limit: usize) -> Result<SearchOutcome> {
    let rows = snapshot.first_rows(limit)?;
    let hits: Vec<_> = (0..rows.len().min(limit) as u32).map(|row| Hit { row, rank: 0 }).collect();
    let mut describe = Describe { rows: &rows, highlighter: Highlighter::new(&Query::default()) };
    let total = snapshot.meta().entities() as usize;
    Ok(SearchOutcome { total, ..describe.outcome(total, &hits) })
}

/// Processors of this machine.
fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Searches of one snapshot, one after the other: each key is cheaper than the one before.
#[derive(Debug)]
pub struct Session {
    snapshot: Arc<Snapshot>,
    searcher: Searcher,
}

impl Session {
    /// A session on a snapshot. Reads the rows: tens of milliseconds for a million.
    pub fn new(snapshot: &Arc<Snapshot>, processors: NonZeroUsize) -> Result<Self> {
        let searcher = Searcher::new(snapshot.rows()?, processors);
        Ok(Self { snapshot: Arc::clone(snapshot), searcher })
    }

    /// The snapshot that is searched.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }

    /// Searches; nothing when `cancel` was set meanwhile. `publish` is offered the answer as it grows; to take
    /// it, call [`Growing::outcome`].
    pub fn run(
        &mut self,
        request: &SearchRequest,
        cancel: &Cancel,
        publish: &mut dyn FnMut(&mut Growing<'_>),
    ) -> Result<Option<SearchOutcome>> {
        let query = Query::parse(&request.query);
        let rows = Arc::clone(self.searcher.rows());
        let mut describe = Describe { rows: &rows, highlighter: Highlighter::new(&query) };
        let preferred = preferred(&rows, &request.preferred);
        let ask = Ask {
            query: &query,
            typing: request.typing,
            mine: &request.mine,
            preferred: &preferred,
            limit: request.limit,
        };
        let mut grow = |partial: &mut Partial<'_>| {
            let (examined, matched) = (partial.examined, partial.matched);
            let mut take = || describe.outcome(matched, partial.hits());
            publish(&mut Growing { examined, matched, take: &mut take });
        };
        let Some(found) = self.ask(ask, cancel, &mut grow)? else { return Ok(None) };
        let mut outcome = describe.outcome(found.matched, &found.hits);
        outcome.complaints = query.complaints();
        if found.matched == 0 {
            let near = search::near(&rows, &query, MAX_NEAR, cancel.flag());
            outcome.near =
                near.into_iter().filter_map(|row| rows.get(row)).map(|row| row.reference()).collect();
            outcome.hidden = self.hidden(&query, ask, cancel)?;
        }
        Ok(Some(outcome))
    }

    /// The rows that match, in stable order; nothing when cancelled.
    pub(super) fn all(&mut self, request: &SearchRequest, cancel: &Cancel) -> Result<Option<Vec<u32>>> {
        let query = Query::parse(&request.query);
        let ask = Ask {
            query: &query,
            typing: request.typing,
            mine: &request.mine,
            preferred: &[],
            limit: usize::MAX,
        };
        let found = self.ask(ask, cancel, &mut |_| ())?;
        Ok(found.map(|found| {
            let mut rows = found.hits.iter().map(|hit| hit.row).collect::<Vec<_>>();
            rows.sort_unstable();
            rows
        }))
    }

    fn ask(
        &mut self,
        ask: Ask<'_>,
        cancel: &Cancel,
        publish: &mut dyn FnMut(&mut Partial<'_>),
    ) -> Result<Option<Found>> {
        let mut failure = None;
        let mut documents = |reference: &EntityRef| match self.snapshot.entity(reference) {
            Ok(entity) => entity.map(|entity| entity.document),
            Err(error) => {
                failure.get_or_insert(error);
                None
            }
        };
        let found = self.searcher.run(ask, cancel.flag(), &mut documents, publish);
        failure.map_or(Ok(found), Err)
    }

    /// How many rows the words of a query match without its filters.
    fn hidden(&mut self, query: &Query, ask: Ask<'_>, cancel: &Cancel) -> Result<usize> {
        let is_word = |predicate: &Predicate| matches!(predicate, Predicate::Word(_) | Predicate::Phrase(_));
        let mut words = query.clone();
        words.terms.retain(|term| !term.negated && is_word(&term.predicate));
        if words.is_empty() || words.terms.len() == query.terms.len() {
            return Ok(0);
        }
        let found = self.ask(Ask { query: &words, limit: 0, ..ask }, cancel, &mut |_| ())?;
        Ok(found.map_or(0, |found| found.matched))
    }
}

/// An answer that grows.
pub struct Growing<'a> {
    /// Rows that were looked at.
    pub examined: usize,
    /// Rows that match so far.
    pub matched: usize,
    take: &'a mut dyn FnMut() -> SearchOutcome,
}

impl Growing<'_> {
    /// The answer so far. Costs a sort of the hits: ask when a frame is due, not each time.
    pub fn outcome(&mut self) -> SearchOutcome {
        (self.take)()
    }
}

/// Turns hits into what is shown.
struct Describe<'a> {
    rows: &'a Rows,
    highlighter: Highlighter,
}

impl Describe<'_> {
    fn outcome(&mut self, matched: usize, hits: &[Hit]) -> SearchOutcome {
        let hits = hits.iter().filter_map(|hit| {
            let row = self.rows.get(hit.row as usize)?;
            let entity = EntityRow::from(row);
            let title = entity.title.as_ref().map(Untrusted::raw);
            let title_marks = title.map(|title| self.highlighter.positions(row, title)).unwrap_or_default();
            let name_marks = self.highlighter.positions(row, entity.name.raw());
            Some(SearchHit { name_marks, title_marks, score: hit.rank, row: entity })
        });
        SearchOutcome { total: self.rows.len(), matched, hits: hits.collect(), ..SearchOutcome::default() }
    }
}

/// The rows of preferred entities, in the order of the rows.
fn preferred(rows: &Rows, entities: &[(EntityRef, u16)]) -> Vec<(u32, u16)> {
    let known = entities.iter().filter_map(|(entity, weight)| Some((rows.find(entity)? as u32, *weight)));
    let mut preferred = known.collect::<Vec<_>>();
    preferred.sort_unstable();
    preferred.dedup_by_key(|(row, _)| *row);
    preferred
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::testing;

    fn found(query: &str) -> SearchOutcome {
        let request = SearchRequest { query: query.to_owned(), limit: 10, ..SearchRequest::default() };
        search(&testing::snapshot(), &request).unwrap()
    }

    fn refs(outcome: &SearchOutcome) -> Vec<&str> {
        outcome.hits.iter().map(|hit| hit.row.reference.as_str()).collect()
    }

    #[test]
    fn an_owner_that_is_inherited_is_found_and_said_to_be() {
        let snapshot = testing::snapshot();
        let query = "worker is:owned".to_owned();
        let request = SearchRequest { query, limit: 9, ..SearchRequest::default() };
        let found = search(&snapshot, &request).unwrap();
        let row = &found.hits[0].row;
        assert_eq!(row.reference, testing::reference("component:worker"));
        assert!(row.owner_is_inherited);
        let label = row.owner_label().unwrap();
        assert!(label.ends_with(" (inherited)"), "{label}");
        let query = format!("worker owner:{}", label.trim_end_matches(" (inherited)"));
        let request = SearchRequest { query, limit: 9, ..SearchRequest::default() };
        assert_eq!(search(&snapshot, &request).unwrap().hits.len(), 1);
    }

    #[test]
    fn the_first_page_is_the_beginning_of_the_answer_to_an_empty_query() {
        let (page, all) = (first_page(&testing::snapshot(), 2).unwrap(), found(""));
        assert_eq!((page.total, page.matched), (all.total, all.matched));
        assert_eq!(page.hits[..], all.hits[..2]);
    }

    #[test]
    fn hits_carry_what_a_list_shows_and_what_matched() {
        let outcome = found("payments kind:component");
        assert_eq!((outcome.matched, outcome.total), (1, testing::ENTITIES));
        let hit = &outcome.hits[0];
        assert_eq!(hit.row.owner, Some(testing::reference("group:team-pay")));
        assert_eq!(hit.row.lifecycle.as_ref().unwrap().raw(), "production");
        assert_eq!(hit.name_marks, (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn a_typo_gets_suggestions_and_filters_tell_what_they_hide() {
        let outcome = found("paymetns");
        assert_eq!(outcome.near[0].name(), "payments");
        let outcome = found("payments kind:template");
        assert_eq!((outcome.matched, outcome.hidden), (0, 2));
    }

    #[test]
    fn a_path_reads_the_documents() {
        assert_eq!(refs(&found("spec.lifecycle:production kind:component")), ["component:default/payments"]);
        assert_eq!(refs(&found("annotations.pagerduty.com/service-id:P4Y")), ["component:default/payments"]);
    }

    #[test]
    fn what_is_preferred_comes_first_when_nothing_is_asked() {
        let preferred = vec![(testing::reference("system:money"), 3)];
        let request = SearchRequest { limit: 1, preferred, ..SearchRequest::default() };
        let outcome = search(&testing::snapshot(), &request).unwrap();
        assert_eq!(refs(&outcome), ["system:default/money"]);
    }

    #[test]
    fn an_unknown_word_of_is_is_complained_about() {
        assert_eq!(found("is:lost").complaints.len(), 1);
    }
}
