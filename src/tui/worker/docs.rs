//! Opens docs sites and lays out their pages.

use std::sync::Arc;

use super::Outbox;
use crate::catalog::EntityRef;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::Generation;
use crate::ops::docs::{self, Goal, OpenPage, OpenSite};
use crate::ops::portal::Portal;
use crate::tui::app::{Effect, Message};
use crate::tui::pane::docs::Loaded;

/// The desk of docs. Keeps the site that was opened last, for its other pages.
pub(super) struct DocsDesk {
    portal: Portal,
    open: Option<(Generation, EntityRef, Arc<OpenSite>)>,
}

impl DocsDesk {
    pub(super) fn new(portal: Portal) -> Self {
        Self { portal, open: None }
    }

    pub(super) fn perform(&mut self, effect: Effect, send: Outbox<'_>) {
        let Effect::Docs { generation, reference, goal, width } = effect else { return };
        let found = self.page(&reference, &goal, width, &mut |site, page| {
            let loaded = Loaded { site: Arc::clone(site), page: Some(Arc::new(page)) };
            send(Message::Docs { generation, answer: Ok(loaded), is_last: false });
        });
        let answer = found.map_err(|error| error.told());
        send(Message::Docs { generation, answer, is_last: true });
    }

    fn page(
        &mut self,
        reference: &EntityRef,
        goal: &Goal,
        width: u16,
        publish: &mut dyn FnMut(&Arc<OpenSite>, OpenPage),
    ) -> Result<Loaded> {
        let site = self.site(reference)?;
        let path = site.find(goal)?;
        let page = site.page(&path, usize::from(width), &mut |page| publish(&site, page))?;
        Ok(Loaded { site, page: Some(Arc::new(page)) })
    }

    fn site(&mut self, reference: &EntityRef) -> Result<Arc<OpenSite>> {
        let nothing = || Error::new(ErrorKind::NotFound, "The catalog is still being read.");
        let snapshot = self.portal.snapshot().ok_or_else(nothing)?;
        if let Some((generation, open, site)) = &self.open
            && *generation == snapshot.generation()
            && open == reference
        {
            return Ok(Arc::clone(site));
        }
        let site = Arc::new(docs::open(&self.portal, &snapshot, reference)?);
        self.open = Some((snapshot.generation(), reference.clone(), Arc::clone(&site)));
        Ok(site)
    }
}
