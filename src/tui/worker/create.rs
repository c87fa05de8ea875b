//! Loads forms, makes plans, carries them out: exactly the plan that was shown.

use std::path::PathBuf;
use std::sync::Arc;

use super::Outbox;
use crate::catalog::EntityRef;
use crate::error::{Error, ErrorKind, Result};
use crate::ops::Cancel;
use crate::ops::Snapshot;
use crate::ops::create;
use crate::ops::portal::Portal;
use crate::template::form::{Answers, Widget};
use crate::template::plan::{LeaveOut, Plan};
use crate::tui::app::{Effect, Message};
use crate::tui::pane::create::{Candidate, Loaded};

/// The desk of templates. Keeps the plan that is on the screen.
pub(super) struct CreateDesk {
    portal: Portal,
    plan: Option<(Arc<Plan>, PathBuf)>,
}

impl CreateDesk {
    pub(super) fn new(portal: Portal) -> Self {
        Self { portal, plan: None }
    }

    pub(super) fn perform(&mut self, effect: Effect, cancel: &Cancel, send: Outbox<'_>) {
        let (generation, outcome) = match effect {
            Effect::Form { generation, reference } => (generation, self.form(&reference)),
            Effect::Plan { generation, reference, answers, out } => {
                (generation, self.plan(&reference, &answers, out.into()))
            }
            Effect::CarryOut { generation } => (generation, self.carry_out(cancel)),
            _ => return,
        };
        let answer = outcome.map(Box::new).map_err(|error| error.told());
        send(Message::Create { generation, answer });
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let nothing = || Error::new(ErrorKind::NotFound, "The catalog is still being read.");
        self.portal.snapshot().ok_or_else(nothing)
    }

    fn form(&mut self, reference: &EntityRef) -> Result<Loaded> {
        let snapshot = self.snapshot()?;
        let prepared = create::prepare(&snapshot, reference)?;
        let mut candidates = std::collections::BTreeMap::new();
        for field in prepared.form.fields() {
            if let Widget::EntityPicker(filter) | Widget::OwnerPicker(filter) = &field.widget {
                let offered = create::candidates(&snapshot, filter)?;
                let kind = filter.default_kind.as_deref().or(Some("group"));
                let named = offered.into_iter().map(|row| Candidate {
                    label: row.reference.humanize(kind),
                    value: row.reference.to_string(),
                });
                candidates.insert(field.path.clone(), named.collect());
            }
        }
        let (title, form) = (prepared.template.title.clone(), Box::new(prepared.form.clone()));
        Ok(Loaded::Form { title, form, candidates })
    }

    fn plan(&mut self, reference: &EntityRef, answers: &Answers, out: PathBuf) -> Result<Loaded> {
        let snapshot = self.snapshot()?;
        let prepared = create::prepare(&snapshot, reference)?;
        let occupied = create::in_the_way(&out)?;
        if !occupied.is_empty() {
            let listed = occupied.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let message = format!("{} is not empty. In the way: {listed}.", out.display());
            return Err(Error::new(ErrorKind::Refused, message).with_hint("Name another folder."));
        }
        let plan = Arc::new(create::plan(&self.portal, &snapshot, &prepared, answers)?);
        self.plan = Some((Arc::clone(&plan), out));
        Ok(Loaded::Plan(plan))
    }

    fn carry_out(&mut self, cancel: &Cancel) -> Result<Loaded> {
        let nothing = || Error::new(ErrorKind::Failed, "There is no plan to carry out.");
        let (plan, out) = self.plan.take().ok_or_else(nothing)?;
        let report = create::apply(&self.portal, &plan, &out, LeaveOut::Outside, cancel)?;
        Ok(Loaded::Report(Arc::new(report)))
    }
}
