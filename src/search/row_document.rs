//! What of a document a search row tells, read from its JSON text: a tree of each would take most of the time in
//! which a million rows are made.

use serde::Deserialize;

use super::RowFlags;
use crate::catalog::lenient::{Entries, List, Object, Text};
use crate::catalog::{ContactKind, Document, Link};
use crate::text::Untrusted;

/// Annotations whose value is another name of the entity: what people paste into a search box.
const ALIAS_ANNOTATIONS: [&str; 8] = [
    "github.com/project-slug",
    "gitlab.com/project-slug",
    "bitbucket.org/repo-slug",
    "dev.azure.com/project-repo",
    "github.com/team-slug",
    "github.com/user-login",
    "backstage.io/kubernetes-id",
    "sentry.io/project-slug",
];

/// Annotations that name a docs site.
const DOCS_ANNOTATIONS: [&str; 2] = ["backstage.io/techdocs-ref", "backstage.io/techdocs-entity"];

/// The part of a document that search rows are made of. Foreign texts; what is mistyped is missing.
#[derive(Debug, Default, Deserialize)]
pub struct RowDocument<'a> {
    #[serde(borrow, default)]
    metadata: Object<Metadata<'a>>,
    #[serde(borrow, default)]
    spec: Object<Spec<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    annotations: Entries<'a>,
    #[serde(borrow)]
    tags: List<Text<'a>>,
    #[serde(borrow)]
    links: List<Object<LinkFields<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LinkFields<'a> {
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(borrow)]
    title: Text<'a>,
    #[serde(borrow)]
    icon: Text<'a>,
    #[serde(borrow, rename = "type")]
    link_type: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Spec<'a> {
    #[serde(borrow, rename = "type")]
    type_name: Text<'a>,
    #[serde(borrow)]
    lifecycle: Text<'a>,
    #[serde(borrow)]
    definition: Text<'a>,
    #[serde(borrow)]
    profile: Object<Profile<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Profile<'a> {
    #[serde(borrow)]
    display_name: Text<'a>,
    #[serde(borrow)]
    email: Text<'a>,
}

impl<'a> RowDocument<'a> {
    /// Reads it. What is no map, as no entity is, tells nothing.
    pub fn of(document: &'a Document) -> Self {
        serde_json::from_str(document.json()).unwrap_or_default()
    }

    /// The name as written.
    pub fn name(&self) -> Option<&str> {
        self.metadata.0.name.as_str()
    }

    /// The title, or the name that a profile shows.
    pub fn title(&self) -> Option<&str> {
        self.metadata.0.title.as_str().or(self.spec.0.profile.0.display_name.as_str())
    }

    /// The other names of the entity: project slugs, logins, mail address.
    pub fn aliases(&self) -> Vec<&str> {
        let slugs = ALIAS_ANNOTATIONS.iter().filter_map(|key| self.metadata.0.annotations.get(key));
        slugs.chain(self.spec.0.profile.0.email.as_str()).collect()
    }

    /// The tags.
    pub fn tags(&self) -> Vec<&str> {
        self.metadata.0.tags.0.iter().filter_map(Text::as_str).collect()
    }

    /// `spec.lifecycle`.
    pub fn lifecycle(&self) -> Option<&str> {
        self.spec.0.lifecycle.as_str()
    }

    /// `spec.type`.
    pub fn spec_type(&self) -> Option<&str> {
        self.spec.0.type_name.as_str()
    }

    /// The facts that a document tells about itself.
    pub(super) fn flags(&self) -> RowFlags {
        let Metadata { annotations, links, .. } = &self.metadata.0;
        let links = links.0.iter().filter_map(|link| link.0.link());
        let has_links = links.clone().next().is_some();
        let of_links = links.map(|link| ContactKind::of_link(&link));
        let of_annotations = annotations.0.iter().map(|(key, _)| ContactKind::of_annotation(key));
        let mut flags = RowFlags::default();
        for contact in of_links.chain(of_annotations).flatten() {
            flags |= match contact {
                ContactKind::Runbook => RowFlags::RUNBOOK,
                ContactKind::OnCall => RowFlags::ONCALL,
                ContactKind::Chat => RowFlags::CHAT,
                ContactKind::Dashboard => RowFlags::DASHBOARD,
                ContactKind::Mail => RowFlags::default(),
            };
        }
        for (holds, flag) in [
            (has_links, RowFlags::LINKS),
            (DOCS_ANNOTATIONS.iter().any(|key| annotations.get(key).is_some()), RowFlags::DOCS),
            (self.spec.0.definition.as_str().is_some(), RowFlags::DEFINITION),
        ] {
            if holds {
                flags |= flag;
            }
        }
        flags
    }
}

impl LinkFields<'_> {
    /// The link, where it has an address.
    fn link(&self) -> Option<Link<'_>> {
        Some(Link {
            url: self.url.as_str().map(Untrusted::new)?,
            title: self.title.as_str().map(Untrusted::new),
            icon: self.icon.as_str().map(Untrusted::new),
            link_type: self.link_type.as_str().map(Untrusted::new),
        })
    }
}
