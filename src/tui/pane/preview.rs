//! The preview: what somebody wants to know of a row before opening it, in a glance.

use ratatui::layout::Rect;

use crate::catalog::{Contact, ContactKind, EntityRef, RelationType};
use crate::ops::age;
use crate::ops::show::EntityDetails;
use crate::tui::theme::Meaning;
use crate::tui::view::{self, Canvas};

/// Cells of the labels.
const LABEL: u16 = 14;

/// Lines of a description.
const MOST_WORDS: usize = 6;

/// Contacts of one kind.
const MOST_CONTACTS: usize = 3;

/// What is shown of one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The entity.
    pub reference: EntityRef,
    title: String,
    kind: String,
    words: String,
    facts: Vec<(Meaning, String, String)>,
    origin: String,
    /// The same in one line, for small screens.
    line: String,
}

impl Preview {
    /// The preview of an entity.
    pub fn new(details: &EntityDetails) -> Self {
        let contacts =
            || details.contacts.iter().chain(details.owners.iter().flat_map(|owner| &owner.contacts));
        let mut facts = Vec::new();
        let mut fact = |meaning, label: &str, value: String| {
            if !value.is_empty() {
                facts.push((meaning, label.to_owned(), value));
            }
        };
        if let Some(gone) = details.gone_since {
            fact(Meaning::Warning, "Gone", format!("since {}", age::moment(gone)));
        }
        let owners: Vec<_> =
            details.owners.iter().map(|owner| owner.reference.humanize(Some("group"))).collect();
        if owners.is_empty() && details.expects_owner() {
            fact(Meaning::Warning, "Owner", "nobody".to_owned());
        } else {
            fact(Meaning::Text, "Owner", owners.join(", "));
        }
        fact(Meaning::Text, "On call", told(contacts(), &[ContactKind::OnCall, ContactKind::Chat]));
        fact(Meaning::Text, "Runbook", told(contacts(), &[ContactKind::Runbook]));
        fact(Meaning::Text, "Dashboard", told(contacts(), &[ContactKind::Dashboard]));
        fact(Meaning::Text, "Part of", targets(details, &RelationType::PartOf));
        let lifecycle = [details.lifecycle.as_ref(), details.spec_type.as_ref()];
        let lifecycle: Vec<_> = lifecycle.into_iter().flatten().map(crate::text::Untrusted::raw).collect();
        fact(Meaning::Text, "Lifecycle", lifecycle.join(", "));
        let tags: Vec<_> = details.tags.iter().map(crate::text::Untrusted::raw).collect();
        fact(Meaning::Text, "Tags", tags.join("  "));
        for relation in [
            RelationType::DependsOn,
            RelationType::DependencyOf,
            RelationType::ProvidesApi,
            RelationType::ApiConsumedBy,
            RelationType::HasPart,
            RelationType::HasMember,
            RelationType::OwnerOf,
        ] {
            if let Some(group) = details.relations.iter().find(|group| group.relation == relation) {
                let counted = format!("{}  {}", group.total, targets(details, &relation));
                fact(Meaning::Text, &group.label, counted);
            }
        }
        if let Some(why) = &details.stale {
            fact(Meaning::Warning, "Stale", format!("as of {}. {why}", age::moment(details.as_of)));
        }
        if let Some(first) = details.problems.first() {
            let counted = format!("{}  {}", details.problems.len(), first.message);
            fact(Meaning::Warning, "Problems", counted);
        }
        let title = details.title.as_ref().unwrap_or(&details.name).raw().to_owned();
        let line = line(details, &told(contacts(), &[ContactKind::OnCall, ContactKind::Chat]));
        Self {
            reference: details.reference.clone(),
            title,
            kind: details.kind.raw().to_lowercase(),
            words: details.description.as_ref().map_or_else(String::new, |text| text.raw().trim().to_owned()),
            facts,
            origin: origin(details),
            line,
        }
    }
}

/// Contacts of some kinds in one line.
fn told<'a>(contacts: impl Iterator<Item = &'a Contact>, kinds: &[ContactKind]) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for contact in contacts.filter(|contact| kinds.contains(&contact.kind)) {
        if !labels.contains(&contact.label.raw()) && labels.len() < MOST_CONTACTS {
            labels.push(contact.label.raw());
        }
    }
    labels.join(" · ")
}

fn targets(details: &EntityDetails, relation: &RelationType) -> String {
    let groups = details.relations.iter().filter(|group| group.relation == *relation);
    let names: Vec<_> =
        groups.flat_map(|group| &group.items).take(4).map(|item| item.reference.name()).collect();
    names.join(", ")
}

fn origin(details: &EntityDetails) -> String {
    let origin = &details.origin;
    let commit = origin.repository.as_ref().and_then(|repository| repository.commit.as_deref());
    let commit = commit.map(|hash| format!(" @{}", hash.get(..7).unwrap_or(hash))).unwrap_or_default();
    format!("{}:{}{commit}", origin.path, origin.position.line)
}

fn line(details: &EntityDetails, on_call: &str) -> String {
    let mut parts = vec![details.name.raw().to_owned()];
    parts.extend(details.gone_since.map(|gone| format!("gone since {}", age::moment(gone))));
    if !on_call.is_empty() {
        parts.push(format!("on call {on_call}"));
    }
    let dependents = details.relations.iter().find(|group| group.relation == RelationType::DependencyOf);
    parts.extend(dependents.map(|group| format!("{} dependents", group.total)));
    if let (1, Some(description)) = (parts.len(), &details.description) {
        parts.push(description.raw().trim().to_owned());
    }
    if !details.problems.is_empty() {
        parts.push(view::counted(details.problems.len(), "problem"));
    }
    parts.join(" · ")
}

/// Draws the preview in several lines.
pub fn view(canvas: &mut Canvas<'_>, area: Rect, preview: Option<&Preview>) {
    let Some(preview) = preview else { return };
    canvas.text_right(area.x, area.y, area.width, Meaning::Dim, &preview.kind);
    let room = area.width.saturating_sub(preview.kind.len() as u16 + 2);
    canvas.text(area.x, area.y, room, Meaning::Title, &preview.title);
    let mut y = area.y + 1;
    let bottom = area.bottom();
    let words = if preview.words.is_empty() {
        Vec::new()
    } else {
        view::wrap(&preview.words, usize::from(area.width))
    };
    for line in words.iter().take(MOST_WORDS) {
        if y < bottom {
            canvas.text(area.x, y, area.width, Meaning::Text, line);
        }
        y += 1;
    }
    y += 1;
    for (meaning, label, value) in &preview.facts {
        if y >= bottom {
            return;
        }
        canvas.text(area.x, y, LABEL - 1, Meaning::Dim, label);
        canvas.text(area.x + LABEL, y, area.width.saturating_sub(LABEL), *meaning, value);
        y += 1;
    }
    if y + 1 < bottom {
        canvas.text(area.x, y + 1, area.width, Meaning::Dim, &preview.origin);
    }
}

/// Draws the preview in one line.
pub fn view_line(canvas: &mut Canvas<'_>, area: Rect, preview: Option<&Preview>) {
    if let Some(preview) = preview {
        canvas.text(area.x, area.y, area.width, Meaning::Dim, &preview.line);
    }
}
