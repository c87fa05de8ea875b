//! Docs that a running Backstage has built: fetched when somebody opens them, kept, and read from there where
//! the server cannot be asked.

use std::sync::Arc;

use super::asked::asked;
use super::portal::{Portal, Reach, SourcePlace};
use super::sync::too_long;
use crate::catalog::Entity;
use crate::error::{Error, ErrorKind, Result};
use crate::source::backstage::techdocs::{SiteRef, fetch_site};
use crate::source::backstage::{Backstage, DocsUse};
use crate::source::mirror::Mirror;
use crate::source::{RemoteSettings, Tree};

/// Docs as a server has them.
pub(super) struct ServedDocs {
    /// The site at its root.
    pub(super) tree: Arc<dyn Tree>,
    /// What the user should know, as sentences. Foreign text.
    pub(super) notes: Vec<String>,
}

/// The docs of an entity that comes from a Backstage; nothing for one that comes from elsewhere.
pub(super) fn docs_of_server(portal: &Portal, entity: &Entity) -> Result<Option<ServedDocs>> {
    let source = portal.source(&entity.origin.source)?;
    let SourcePlace::Remote(RemoteSettings::Backstage(settings)) = &source.place else { return Ok(None) };
    if settings.docs == DocsUse::Never {
        let message = format!("The docs of {} are not read: docs is never there.", source.id);
        return Err(Error::new(ErrorKind::NotFound, message)
            .with_hint("Write docs: on-demand for that source in the configuration."));
    }
    let name = format!(
        "{}-{:08x}",
        tidy(entity.reference.name()),
        crc32fast::hash(entity.reference.as_str().as_bytes())
    );
    let mirror = Mirror::new(source.mirror().folder().join("work/docs").join(name));
    let now = portal.now();
    let known = mirror.manifest().and_then(|manifest| manifest.units.first().map(|unit| unit.as_of));
    let is_fresh =
        known.is_some_and(|as_of| now.duration_since(as_of).unsigned_abs() < portal.policy().every);
    let mut notes = Vec::new();
    if portal.surroundings().reach == Reach::Network && !is_fresh {
        let backstage = Backstage::new(settings.clone(), portal.surroundings().variables.clone());
        let site = SiteRef {
            namespace: entity.reference.namespace(),
            kind: entity.reference.kind(),
            name: entity.reference.name(),
        };
        let fetching = async {
            let http = backstage.connect(now).await?;
            fetch_site(&http, site, &mirror, now).await
        };
        let policy = portal.policy();
        let fetched = asked(async {
            let fetched = tokio::time::timeout(policy.timeout, fetching).await;
            fetched.unwrap_or_else(|_| Err(too_long(policy)))
        });
        match fetched {
            Ok(site) => notes = site.notes,
            Err(error) if known.is_none() => return Err(error),
            Err(error) => notes.push(format!("These docs are as they were known. {}", error.message())),
        }
    } else if known.is_none() {
        let message =
            format!("The docs of {} were not opened yet, and no server is asked.", entity.reference);
        return Err(
            Error::new(ErrorKind::Unreachable, message).with_hint("Open them once without --offline.")
        );
    }
    Ok(Some(ServedDocs { tree: Arc::new(mirror.open()?), notes }))
}

/// The letters of a name that every file system takes.
fn tidy(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect()
}
