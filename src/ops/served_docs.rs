//! Docs that a running Backstage has built: fetched when somebody opens them, kept, and read from there where
//! the server cannot be asked.

use std::sync::Arc;

use super::asked::asked;
use super::portal::{Portal, PortalSource, Reach, SourcePlace};
use super::sync::too_long;
use crate::catalog::Entity;
use crate::error::{Error, ErrorKind, Result};
use crate::source::backstage::techdocs::{FetchedSite, SiteRef, fetch_site};
use crate::source::backstage::{Backstage, DocsUse};
use crate::source::mirror::Mirror;
use crate::source::{RemoteSettings, Tree};
use crate::store::{Lock, Taken};

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
    let mirror = site_of(source, entity);
    let now = portal.now();
    let known = mirror.manifest().and_then(|manifest| manifest.units.first().map(|unit| unit.as_of));
    let is_fresh =
        known.is_some_and(|as_of| now.duration_since(as_of).unsigned_abs() < portal.policy().every);
    let mut notes = Vec::new();
    if portal.surroundings().reach == Reach::Network && !is_fresh {
        let backstage = Backstage::new(settings.clone(), portal.surroundings().variables.clone());
        match fetched(portal, &backstage, entity, &mirror) {
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

/// Where the site of an entity is kept.
fn site_of(source: &PortalSource, entity: &Entity) -> Mirror {
    let reference = &entity.reference;
    let name = format!("{}-{:08x}", tidy(reference.name()), crc32fast::hash(reference.as_str().as_bytes()));
    Mirror::new(source.mirror().folder().join("work/docs").join(name))
}

/// Fetches a site, unless another callboard is at it: each clears away the packs that its own site has not.
fn fetched(portal: &Portal, backstage: &Backstage, entity: &Entity, mirror: &Mirror) -> Result<FetchedSite> {
    let (now, policy) = (portal.now(), portal.policy());
    let folder = mirror.folder();
    crate::private::make_directory(folder)?;
    let taken = Lock::take_for(folder, now, policy.timeout * 2);
    let _lock = match taken.map_err(|error| Error::io(folder.display(), &error))? {
        Taken::Own(lock) => lock,
        Taken::By(holder) => {
            let message = format!("The docs of {} are being fetched by {holder}.", entity.reference);
            return Err(Error::new(ErrorKind::Unreachable, message).with_hint("Open them again in a moment."));
        }
    };
    let site = SiteRef {
        namespace: entity.reference.namespace(),
        kind: entity.reference.kind(),
        name: entity.reference.name(),
    };
    let fetching = async {
        let http = backstage.connect(now).await?;
        fetch_site(&http, site, mirror, now).await
    };
    asked(async {
        let fetched = tokio::time::timeout(policy.timeout, fetching).await;
        fetched.unwrap_or_else(|_| Err(too_long(policy)))
    })
}

/// The letters of a name that every file system takes.
fn tidy(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::{Origin, SourceId, test_origin};
    use crate::ops::portal::{Places, SourceConfig, Standing, Target};

    #[test]
    fn docs_that_another_callboard_is_at_are_left_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let settings = serde_json::from_value(json!({"url": "http://127.0.0.1:9"})).unwrap();
        let config = SourceConfig {
            id: SourceId::new("acme"),
            place: SourcePlace::Remote(RemoteSettings::Backstage(settings)),
            every: None,
            standing: Standing::Configured,
        };
        let places = Places { cache: dir.path().join("cache"), state: dir.path().join("state") };
        let clock = Arc::new(|| "2026-11-21T10:00:00Z".parse().unwrap());
        let portal = Portal::open(Target::Configured(vec![config]), places, clock).unwrap();
        let origin = Origin { source: SourceId::new("acme"), ..test_origin("x") };
        let entity = Entity::from_value(json!({"kind": "API", "metadata": {"name": "pay"}}), origin).unwrap();
        let site = site_of(&portal.sources()[0], &entity);
        crate::private::make_directory(site.folder()).unwrap();
        let _lock = Lock::take_for(site.folder(), portal.now(), portal.policy().timeout).unwrap();
        let error = docs_of_server(&portal, &entity).err().unwrap();
        assert!(error.message().starts_with("The docs of api:default/pay are being fetched by process"));
    }
}
