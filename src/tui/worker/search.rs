//! Finds rows as somebody types.

use std::sync::Arc;

use super::{DeskOptions, Outbox};
use crate::catalog::EntityRef;
use crate::error::Result;
use crate::ops::portal::Portal;
use crate::ops::search::{self, SearchOutcome, SearchRequest, Session};
use crate::ops::{Cancel, Identity, user};
use crate::search::Typing;
use crate::tui::app::{Effect, Message};

/// Rows looked at before a partial answer is worth a frame: below, the whole answer is as quick.
const EARLY: usize = 100_000;

/// Own things that come first where nothing is asked.
const MOST_OWN: usize = 200;

/// Weights in the order of an empty query: pins, then recents, then what is mine.
const PINNED: u16 = 3_000;
const RECENT: u16 = 2_000;
const MINE: u16 = 1_000;

/// The desk of searches. Keeps the session of the newest snapshot, so that each key is cheap.
pub(super) struct SearchDesk {
    portal: Portal,
    options: DeskOptions,
    session: Option<Session>,
    mine: Vec<EntityRef>,
}

impl SearchDesk {
    pub(super) fn new(portal: Portal, options: DeskOptions) -> Self {
        Self { portal, options, session: None, mine: Vec::new() }
    }

    pub(super) fn perform(&mut self, effect: Effect, cancel: &Cancel, send: Outbox<'_>) {
        let Effect::Search { generation, query, limit } = effect else { return };
        match self.find(&query, limit, cancel, &mut |found| {
            send(Message::Found { generation, found, is_last: false });
        }) {
            Ok(Some(found)) => send(Message::Found { generation, found, is_last: true }),
            Ok(None) => {}
            Err(error) => send(Message::RefreshFailed(error.told())),
        }
    }

    fn find(
        &mut self,
        query: &str,
        limit: usize,
        cancel: &Cancel,
        publish: &mut dyn FnMut(SearchOutcome),
    ) -> Result<Option<SearchOutcome>> {
        if let Some(first) = self.first_page(query, limit)? {
            publish(first);
        }
        self.follow_snapshot()?;
        let preferred = self.preferred(query, cancel)?;
        let Some(session) = &mut self.session else { return Ok(Some(SearchOutcome::default())) };
        let request = SearchRequest {
            query: query.to_owned(),
            typing: Typing::Open,
            limit,
            mine: self.mine.clone(),
            preferred,
        };
        let mut is_published = false;
        session.run(&request, cancel, &mut |growing| {
            if !is_published && growing.examined >= EARLY {
                is_published = true;
                publish(growing.outcome());
            }
        })
    }

    /// The first page of a catalog so large that reading all its rows would keep the first frame waiting.
    fn first_page(&self, query: &str, limit: usize) -> Result<Option<SearchOutcome>> {
        let is_first = self.session.is_none() && query.trim().is_empty();
        let snapshot = self.portal.snapshot().filter(|it| is_first && it.meta().entities() > EARLY as u64);
        snapshot.map(|snapshot| search::first_page(&snapshot, limit)).transpose()
    }

    /// A new session where there is a newer snapshot.
    fn follow_snapshot(&mut self) -> Result<()> {
        let Some(snapshot) = self.portal.snapshot() else { return Ok(()) };
        if self.session.as_ref().is_some_and(|session| Arc::ptr_eq(session.snapshot(), &snapshot)) {
            return Ok(());
        }
        self.session = Some(Session::new(&snapshot, self.options.processors)?);
        let identity = Identity::find(&snapshot, self.options.hints())?;
        self.mine = identity.map(|identity| identity.owners()).unwrap_or_default();
        Ok(())
    }

    /// What comes first among equals; for an empty query that is everything.
    fn preferred(&mut self, query: &str, cancel: &Cancel) -> Result<Vec<(EntityRef, u16)>> {
        let known = user::preferences(&self.portal);
        let weigh = |references: &[EntityRef], top: u16| -> Vec<(EntityRef, u16)> {
            references.iter().zip(0u16..).map(|(it, at)| (it.clone(), top.saturating_sub(at))).collect()
        };
        let mut preferred = weigh(&known.pins, PINNED);
        preferred.extend(weigh(&known.recents, RECENT));
        if query.trim().is_empty()
            && !self.mine.is_empty()
            && let Some(session) = &mut self.session
        {
            let request = SearchRequest {
                query: "is:mine".to_owned(),
                limit: MOST_OWN,
                mine: self.mine.clone(),
                ..SearchRequest::default()
            };
            let own = session.run(&request, cancel, &mut |_| ())?.unwrap_or_default();
            let own: Vec<_> = own.hits.into_iter().map(|hit| hit.row.reference).collect();
            preferred.extend(weigh(&own, MINE));
        }
        Ok(preferred)
    }
}
