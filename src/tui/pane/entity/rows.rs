//! The rows of an entity's page, made of what ops tells. Knows no screen but its width.

use serde_json::Value;

use crate::catalog::{Contact, ContactKind, EntityRef, Origin, Severity};
use crate::ops::Basis;
use crate::ops::age;
use crate::ops::show::{EntityDetails, Related, RelationGroup};
use crate::tui::theme::Meaning;
use crate::tui::view;

/// Cells of the labels before facts.
const LABEL: usize = 12;

/// Relations of one type that are listed; the heading says how many there are.
const MOST_RELATED: usize = 200;

/// Lines of the document that are shown as YAML.
const MOST_YAML: usize = 20_000;

/// What a row leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Another entity.
    Entity(EntityRef),
    /// An address.
    Address(String),
    /// The docs of this entity.
    Docs,
    /// The form of this template.
    Form,
}

/// A row of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// What is drawn, from left to right. Foreign text: the canvas makes it safe.
    pub pieces: Vec<(Meaning, String)>,
    /// What it leads to.
    pub target: Option<Target>,
    /// Cells that following lines are indented by, where the row may be wrapped.
    hanging: Option<usize>,
    is_heading: bool,
}

impl Row {
    fn words(meaning: Meaning, text: &str) -> Self {
        Self { pieces: vec![(meaning, text.to_owned())], hanging: Some(0), ..Self::default() }
    }

    fn heading(text: &str) -> Self {
        Self { pieces: vec![(Meaning::Title, text.to_owned())], is_heading: true, ..Self::default() }
    }

    fn fact(label: &str, value: (Meaning, &str)) -> Self {
        Self {
            pieces: vec![(Meaning::Dim, column(label)), (value.0, value.1.to_owned())],
            hanging: Some(LABEL),
            ..Self::default()
        }
    }

    fn leading_to(mut self, target: Target) -> Self {
        self.target = Some(target);
        self.hanging = None;
        self
    }

    fn with(mut self, meaning: Meaning, text: String) -> Self {
        self.pieces.push((meaning, text));
        self
    }

    /// Whether a section begins here.
    pub fn is_heading(&self) -> bool {
        self.is_heading
    }

    /// The row as rows of at most so many cells. Rows that lead somewhere stay one row, so that the
    /// selection is one row too.
    pub fn wrap(self, cells: usize) -> Vec<Self> {
        let Some(hanging) = self.hanging else { return vec![self] };
        let Some(((meaning, text), before)) = self.pieces.split_last() else { return vec![self] };
        let lines = view::wrap(text, cells.saturating_sub(hanging + 1).max(8));
        let first = before.to_vec();
        let indent = vec![(Meaning::Text, " ".repeat(hanging))];
        lines
            .into_iter()
            .enumerate()
            .map(|(i, line)| {
                let mut pieces = if i == 0 { first.clone() } else { indent.clone() };
                pieces.push((*meaning, line));
                Self { pieces, ..Self::default() }
            })
            .collect()
    }
}

/// A label in its column, with a blank behind it however wide it is.
fn column(label: &str) -> String {
    format!("{label:<width$} ", width = LABEL - 1)
}

/// The two columns of the page: what it is, and how it hangs together with others.
pub fn rows(details: &EntityDetails) -> (Vec<Row>, Vec<Row>) {
    let mut left = Vec::new();
    head(details, &mut left);
    owners(details, &mut left);
    links(details, &mut left);
    problems(details, &mut left);
    origin(details, &mut left);
    let mut right = Vec::new();
    for group in &details.relations {
        relations(group, &mut right);
    }
    facts(details, &mut right);
    (left, right)
}

/// The document as it was written.
pub(super) fn yaml(details: &EntityDetails) -> Vec<Row> {
    let lines = details.yaml.display_lines().take(MOST_YAML);
    lines.map(|line| Row { pieces: vec![(Meaning::Text, line.into_owned())], ..Row::default() }).collect()
}

fn head(details: &EntityDetails, rows: &mut Vec<Row>) {
    let title = details.title.as_ref().unwrap_or(&details.name).raw();
    let name = if details.title.is_some() { format!("  {}", details.name.raw()) } else { String::new() };
    let kind = details.spec_type.as_ref().map_or_else(
        || details.kind.raw().to_owned(),
        |spec_type| format!("{} {}", spec_type.raw(), details.kind.raw().to_lowercase()),
    );
    rows.push(Row::heading(title).with(Meaning::Dim, name).with(Meaning::Dim, format!("  {kind}")));
    if let Some(description) = &details.description {
        rows.push(Row::words(Meaning::Text, description.raw().trim()));
    }
    rows.push(Row::default());
    if let Some(lifecycle) = &details.lifecycle {
        let meaning = if lifecycle.raw() == "deprecated" { Meaning::Warning } else { Meaning::Text };
        rows.push(Row::fact("Lifecycle", (meaning, lifecycle.raw())));
    }
    if !details.tags.is_empty() {
        let tags: Vec<_> = details.tags.iter().map(crate::text::Untrusted::raw).collect();
        rows.push(Row::fact("Tags", (Meaning::Text, &tags.join("  "))));
    }
    if details.docs.is_some() {
        rows.push(Row::fact("Docs", (Meaning::Link, "read them here")).leading_to(Target::Docs));
    }
    if details.is_template {
        rows.push(Row::fact("Template", (Meaning::Link, "fill in its form")).leading_to(Target::Form));
    }
}

fn owners(details: &EntityDetails, rows: &mut Vec<Row>) {
    if details.owners.is_empty() && details.expects_owner() {
        rows.push(Row::fact("Owner", (Meaning::Warning, "nobody")));
    }
    for owner in &details.owners {
        let short = owner.reference.humanize(Some("group"));
        let mut row =
            Row::fact("Owner", (Meaning::Link, &short)).leading_to(Target::Entity(owner.reference.clone()));
        if owner.name.raw() != owner.reference.name() {
            row = row.with(Meaning::Dim, format!("  {}", owner.name.raw()));
        }
        if !owner.exists {
            row = row.with(Meaning::Warning, "  not in this catalog".to_owned());
        }
        if owner.because.basis != Basis::Named {
            row = row.with(Meaning::Dim, format!("  {}", owner.because.words()));
        }
        rows.push(row);
        // What it names itself stands in its own file, whose place is below.
        let elsewhere = owner.because.origin.as_ref().filter(|_| owner.because.basis != Basis::Named);
        rows.extend(elsewhere.map(|at| Row::fact("", (Meaning::Dim, &format!("in {}", at.location())))));
    }
    // Its own contacts that its links do not show anyway, then those of its owners; each once.
    let own = details.contacts.iter().filter(|contact| contact.evidence != "metadata.links");
    let mut shown: Vec<(ContactKind, &str)> = Vec::new();
    for known in own.chain(details.owners.iter().flat_map(|owner| &owner.contacts)) {
        if !shown.contains(&(known.kind, known.label.raw())) {
            shown.push((known.kind, known.label.raw()));
            rows.push(contact(known));
        }
    }
}

fn contact(contact: &Contact) -> Row {
    let mut label = contact.kind.as_str().to_owned();
    label[..1].make_ascii_uppercase();
    match &contact.url {
        Some(url) => Row::fact(&label, (Meaning::Link, contact.label.raw()))
            .leading_to(Target::Address(url.raw().to_owned())),
        None => Row::fact(&label, (Meaning::Text, contact.label.raw())),
    }
}

fn links(details: &EntityDetails, rows: &mut Vec<Row>) {
    if details.links.is_empty() {
        return;
    }
    rows.push(Row::default());
    rows.push(Row::heading("Links"));
    for link in &details.links {
        let kind = link.kind.map_or("link", |kind| kind.as_str());
        let mut row = Row::fact(kind, (Meaning::Link, link.title.raw()))
            .leading_to(Target::Address(link.url.raw().to_owned()));
        if link.title != link.url {
            row = row.with(Meaning::Dim, format!("  {}", link.url.raw()));
        }
        rows.push(row);
    }
}

fn problems(details: &EntityDetails, rows: &mut Vec<Row>) {
    if details.problems.is_empty() {
        return;
    }
    rows.push(Row::default());
    rows.push(Row::heading("Problems"));
    for problem in &details.problems {
        let meaning = match problem.severity {
            Severity::Error => Meaning::Danger,
            Severity::Warning => Meaning::Warning,
            Severity::Note => Meaning::Dim,
        };
        let is_own = problem.origin.source == details.origin.source;
        let place = if is_own { problem.origin.location() } else { place(&problem.origin) };
        let place = format!("{place} {}", problem.code);
        rows.push(Row::words(meaning, &problem.message));
        rows.push(Row::words(Meaning::Dim, &place));
        rows.extend(problem.fix.iter().map(|fix| Row::words(Meaning::Text, fix)));
    }
}

fn origin(details: &EntityDetails, rows: &mut Vec<Row>) {
    rows.push(Row::default());
    rows.push(Row::heading("Origin"));
    rows.push(Row::words(Meaning::Text, &place(&details.origin)));
    if let Some(repository) = &details.origin.repository {
        let remote = repository.remote.as_deref().unwrap_or("no remote");
        let commit = repository.commit.as_deref().map(|hash| format!("@{}", hash.get(..7).unwrap_or(hash)));
        rows.push(Row::words(Meaning::Dim, &format!("{remote}{}", commit.unwrap_or_default())));
    }
    rows.push(Row::words(Meaning::Dim, &format!("as of {}", age::moment(details.as_of))));
    if let Some(gone) = details.gone_since {
        let words = format!("gone from its source since {}", age::moment(gone));
        rows.push(Row::words(Meaning::Warning, &words));
    }
    if let Some(why) = &details.stale {
        rows.push(Row::words(Meaning::Warning, why));
    }
    for (i, claimant) in details.claimants.iter().enumerate() {
        let words = if i == 0 { "taken from" } else { "also in" };
        rows.push(Row::fact(words, (Meaning::Warning, &place(claimant))));
    }
}

fn place(origin: &Origin) -> String {
    format!("{} in {}", origin.location(), origin.source)
}

fn relations(group: &RelationGroup, rows: &mut Vec<Row>) {
    if !rows.is_empty() {
        rows.push(Row::default());
    }
    let count = view::thousands(group.total);
    rows.push(Row::heading(&group.label).with(Meaning::Dim, format!("  {count}")));
    rows.extend(group.items.iter().take(MOST_RELATED).map(related));
    let hidden = group.total.saturating_sub(MOST_RELATED);
    if hidden > 0 {
        rows.push(Row::words(Meaning::Dim, &format!("and {} more", view::thousands(hidden))));
    }
}

fn related(related: &Related) -> Row {
    let kind = column(related.reference.kind());
    let name = related.reference.humanize(Some(related.reference.kind()));
    let mut row = Row { pieces: vec![(Meaning::Dim, kind), (Meaning::Link, name)], ..Row::default() }
        .leading_to(Target::Entity(related.reference.clone()));
    if related.is_dangling {
        row = row.with(Meaning::Warning, "  no such entity".to_owned());
    } else if !related.name.raw().eq_ignore_ascii_case(related.reference.name()) {
        row = row.with(Meaning::Dim, format!("  {}", related.name.raw()));
    }
    row
}

/// Annotations, labels and the fields of the spec that stand nowhere else on the page.
fn facts(details: &EntityDetails, rows: &mut Vec<Row>) {
    const SHOWN: [&str; 4] = ["type", "lifecycle", "owner", "definition"];
    let at = |pointer: &str| details.document.pointer(pointer).and_then(Value::as_object);
    for (title, map) in [
        ("Spec", at("/spec")),
        ("Annotations", at("/metadata/annotations")),
        ("Labels", at("/metadata/labels")),
    ] {
        let entries = map.into_iter().flatten().filter(|(key, value)| {
            !(title == "Spec" && (SHOWN.contains(&key.as_str()) || value.is_array() || value.is_object()))
        });
        let lines: Vec<_> = entries
            .map(|(key, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Row {
                    pieces: vec![(Meaning::Dim, format!("{key}  ")), (Meaning::Text, text)],
                    ..Row::default()
                }
            })
            .collect();
        if !lines.is_empty() {
            rows.push(Row::default());
            rows.push(Row::heading(title));
            rows.extend(lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_never_touches_its_value() {
        assert_eq!(column("api"), "api         ");
        assert_eq!(column("kubernetescluster"), "kubernetescluster ");
    }
}
