//! How to reach people about an entity: on-call ids, chat rooms, mail, runbooks and dashboards, read from its
//! links and its well-known annotations. Says where each stands; invents no address.

use serde::Serialize;
use serde_json::Value;

use super::entity::{Entity, Link};
use crate::text::Untrusted;

/// What a contact is good for, in the order somebody wants them at three in the morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ContactKind {
    /// Instructions for trouble.
    Runbook,
    /// Who carries the pager, by the id of a service or team.
    OnCall,
    /// A chat room.
    Chat,
    /// How it is doing.
    Dashboard,
    /// A mail address.
    Mail,
}

impl ContactKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Runbook => "runbook",
            Self::OnCall => "on call",
            Self::Chat => "chat",
            Self::Dashboard => "dashboard",
            Self::Mail => "mail",
        }
    }

    /// What a link is, told by its type, else its icon, else its title, else its address.
    pub fn of_link(link: &Link<'_>) -> Option<Self> {
        if link.url.raw().starts_with("mailto:") {
            return Some(Self::Mail);
        }
        let said = [link.link_type.as_ref(), link.icon.as_ref(), link.title.as_ref()];
        said.into_iter()
            .flatten()
            .find_map(|text| kind_of_words(text.raw()))
            .or_else(|| kind_of_words(host(link.url.raw())))
    }

    /// What an annotation is, told by its key.
    pub fn of_annotation(key: &str) -> Option<Self> {
        ANNOTATIONS.iter().find(|known| known.key == key).map(|known| known.kind)
    }
}

/// A way to reach somebody or something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// What it is good for.
    pub kind: ContactKind,
    /// What to show: an id with its service, a room, an address, a title.
    pub label: Untrusted<'static>,
    /// Where it leads, where the entity says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Untrusted<'static>>,
    /// The field that says it, such as `metadata.links` or `pagerduty.com/service-id`.
    pub evidence: String,
}

/// The contacts of an entity, the most urgent kind first, each kind in the order of the document. What a link
/// and an annotation both say is said once.
pub fn contacts(entity: &Entity) -> Vec<Contact> {
    let mut contacts: Vec<Contact> = entity.links().filter_map(|link| of_link(&link)).collect();
    for known in &ANNOTATIONS {
        let value = entity.annotation(known.key);
        let Some(value) = value.filter(|value| !value.raw().trim().is_empty()) else { continue };
        let found = of_annotation(known, &value, &contacts);
        let said = |it: &Contact| it.kind == found.kind && it.label == found.label;
        if contacts.iter().any(said) {
            continue;
        }
        // An id says more than the title of the link that leads to it.
        let same = |it: &Contact| it.kind == found.kind && it.url.is_some() && it.url == found.url;
        match contacts.iter_mut().find(|it| same(it)) {
            Some(link) => *link = found,
            None => contacts.push(found),
        }
    }
    if let Some(mail) = entity.document.pointer("/spec/profile/email").and_then(Value::as_str) {
        contacts.push(Contact {
            kind: ContactKind::Mail,
            label: Untrusted::owned(mail),
            url: None,
            evidence: "spec.profile.email".to_owned(),
        });
    }
    contacts.sort_by_key(|contact| contact.kind);
    contacts
}

fn of_link(link: &Link<'_>) -> Option<Contact> {
    let kind = ContactKind::of_link(link)?;
    let address = link.url.raw();
    let url = Some(Untrusted::owned(address));
    let label = match (&link.title, address.strip_prefix("mailto:")) {
        (Some(title), _) if !title.is_empty() => title.clone().into_owned(),
        (_, Some(mail)) => Untrusted::owned(mail),
        _ => Untrusted::owned(address),
    };
    Some(Contact { kind, label, url, evidence: "metadata.links".to_owned() })
}

fn of_annotation(known: &Annotation, value: &Untrusted<'_>, links: &[Contact]) -> Contact {
    let value = value.raw();
    let is_address = value.starts_with("https://") || value.starts_with("http://");
    let label = match (known.is_secret, known.label) {
        (true, label) => label.to_owned(),
        (false, "") => value.to_owned(),
        (false, label) => format!("{label} {value}"),
    };
    // Accounts have hosts of their own, so no address is guessed: it is that of a link to the same id.
    let leads_to_id = |link: &&Contact| {
        known.kind == ContactKind::OnCall
            && link.kind == known.kind
            && link
                .url
                .as_ref()
                .is_some_and(|url| url.raw().split(['/', '?', '#', '=']).any(|it| it == value))
    };
    let url = if is_address {
        Some(Untrusted::owned(value))
    } else {
        links.iter().find(leads_to_id).and_then(|link| link.url.clone())
    };
    Contact { kind: known.kind, label: Untrusted::owned(label), url, evidence: known.key.to_owned() }
}

/// An annotation that is a contact.
struct Annotation {
    key: &'static str,
    kind: ContactKind,
    /// What stands before the value.
    label: &'static str,
    /// Whether the value must not be shown: who knows an integration key can raise alarms.
    is_secret: bool,
}

const fn known(key: &'static str, kind: ContactKind, label: &'static str) -> Annotation {
    Annotation { key, kind, label, is_secret: false }
}

const ANNOTATIONS: [Annotation; 14] = [
    known("pagerduty.com/service-id", ContactKind::OnCall, "PagerDuty service"),
    known("pagerduty.com/escalation-policy-id", ContactKind::OnCall, "PagerDuty escalation policy"),
    Annotation {
        key: "pagerduty.com/integration-key",
        kind: ContactKind::OnCall,
        label: "PagerDuty integration (key not shown)",
        is_secret: true,
    },
    known("opsgenie.com/team", ContactKind::OnCall, "Opsgenie team"),
    known("opsgenie.com/component-selector", ContactKind::OnCall, "Opsgenie alerts"),
    known("splunk.com/on-call-team", ContactKind::OnCall, "Splunk On-Call team"),
    known("victorops.com/team", ContactKind::OnCall, "Splunk On-Call team"),
    known("rootly.com/service-slug", ContactKind::OnCall, "Rootly service"),
    known("rootly.com/team-slug", ContactKind::OnCall, "Rootly team"),
    known("slack.com/channel", ContactKind::Chat, ""),
    known("grafana/dashboard-selector", ContactKind::Dashboard, "Grafana"),
    known("grafana/overview-dashboard", ContactKind::Dashboard, ""),
    known("datadoghq.com/dashboard-url", ContactKind::Dashboard, ""),
    known("sentry.io/project-slug", ContactKind::Dashboard, "Sentry"),
];

/// Words that say what a link is.
const WORDS: [(&str, ContactKind); 17] = [
    ("runbook", ContactKind::Runbook),
    ("runbooks", ContactKind::Runbook),
    ("playbook", ContactKind::Runbook),
    ("pagerduty", ContactKind::OnCall),
    ("opsgenie", ContactKind::OnCall),
    ("oncall", ContactKind::OnCall),
    ("on-call", ContactKind::OnCall),
    ("slack", ContactKind::Chat),
    ("chat", ContactKind::Chat),
    ("mattermost", ContactKind::Chat),
    ("discord", ContactKind::Chat),
    ("teams", ContactKind::Chat),
    ("dashboard", ContactKind::Dashboard),
    ("dashboards", ContactKind::Dashboard),
    ("grafana", ContactKind::Dashboard),
    ("datadog", ContactKind::Dashboard),
    ("datadoghq", ContactKind::Dashboard),
];

/// The kind that the first telling word of a text names.
fn kind_of_words(text: &str) -> Option<ContactKind> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    words
        .map(str::to_ascii_lowercase)
        .find_map(|word| WORDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind))
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::catalog::{EntityRef, Origin, Position, SourceId};

    fn entity(document: serde_json::Value) -> Entity {
        let origin = Origin {
            source: SourceId::new("src"),
            path: "catalog-info.yaml".into(),
            position: Position::default(),
            repository: None,
        };
        Entity {
            reference: EntityRef::new("group", "default", "pay"),
            document: Arc::new(document.into()),
            origin,
        }
    }

    fn shown(document: serde_json::Value) -> Vec<(ContactKind, String, Option<String>)> {
        let text = |text: Untrusted<'_>| text.raw().to_owned();
        let of = contacts(&entity(document));
        of.into_iter().map(|contact| (contact.kind, text(contact.label), contact.url.map(text))).collect()
    }

    #[test]
    fn links_and_annotations_become_contacts_the_urgent_ones_first() {
        let found = shown(json!({
            "metadata": {
                "annotations": {
                    "pagerduty.com/service-id": "P4Y",
                    "slack.com/channel": "#pay",
                    "example.com/other": "x",
                },
                "links": [
                    { "url": "https://acme.pagerduty.com/service-directory/P4Y", "title": "Service" },
                    { "url": "https://grafana.acme.dev/d/1", "title": "Overview" },
                    { "url": "https://runbooks.acme.dev/pay", "title": "When it burns", "type": "runbook" },
                    { "url": "https://acme.dev/", "title": "Home" },
                ],
            },
            "spec": { "profile": { "email": "pay@acme.dev" } },
        }));
        let url = |text: &str| Some(text.to_owned());
        let pager = url("https://acme.pagerduty.com/service-directory/P4Y");
        assert_eq!(
            found,
            [
                (ContactKind::Runbook, "When it burns".to_owned(), url("https://runbooks.acme.dev/pay")),
                (ContactKind::OnCall, "PagerDuty service P4Y".to_owned(), pager),
                (ContactKind::Chat, "#pay".to_owned(), None),
                (ContactKind::Dashboard, "Overview".to_owned(), url("https://grafana.acme.dev/d/1")),
                (ContactKind::Mail, "pay@acme.dev".to_owned(), None),
            ]
        );
    }

    #[test]
    fn the_type_of_a_link_counts_more_than_its_title() {
        let links = json!([{ "url": "https://a", "title": "Slack runbook", "type": "dashboard" }]);
        assert_eq!(shown(json!({ "metadata": { "links": links } }))[0].0, ContactKind::Dashboard);
    }

    #[test]
    fn a_room_that_a_link_names_as_well_is_said_once() {
        let found = shown(json!({ "metadata": {
            "annotations": { "slack.com/channel": "#pay", "sentry.io/project-slug": "pay" },
            "links": [{ "url": "https://chat.acme.dev/pay", "title": "#pay", "type": "chat" }],
        } }));
        assert_eq!(
            found,
            [
                (ContactKind::Chat, "#pay".to_owned(), Some("https://chat.acme.dev/pay".to_owned())),
                (ContactKind::Dashboard, "Sentry pay".to_owned(), None),
            ]
        );
    }

    #[test]
    fn an_integration_key_is_never_shown() {
        let annotations = json!({ "pagerduty.com/integration-key": "s3cret" });
        let found = shown(json!({ "metadata": { "annotations": annotations } }));
        assert_eq!(found, [(ContactKind::OnCall, "PagerDuty integration (key not shown)".to_owned(), None)]);
    }
}
