//! Mirrors and remotes of tests.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;

use crate::error::Result;
use crate::source::mirror::{Manifest, Mirror, NewFile, Role, Unit};
use crate::source::remote::{Fetch, Fetched, Remote};

/// A unit whose pack declares some references, each as a component of its own.
pub(super) fn unit(mirror: &Mirror, key: &str, refs: &[&str]) -> Unit {
    let mut pack = mirror.begin_pack().unwrap();
    for reference in refs {
        let name = reference.rsplit('/').next().unwrap();
        let json = serde_json::json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": name},
            "spec": {"type": "service", "lifecycle": "production", "owner": "team"},
        });
        let path = format!("{name}.json");
        let new = NewFile { path: &path, validator: "1", role: Role::Entity, executable: false };
        pack.add(new, json.to_string().as_bytes()).unwrap();
        pack.declare(*reference);
    }
    let pack = pack.finish(key).unwrap();
    Unit {
        key: key.to_owned(),
        root: key.to_owned(),
        pack,
        revision: refs.join(" "),
        repository: None,
        as_of: Timestamp::UNIX_EPOCH,
        failure: None,
    }
}

pub(super) fn manifest(units: Vec<Unit>) -> Manifest {
    Manifest::new(units)
}

/// What a fetch does in a test.
pub(super) type Script = Arc<dyn Fn(&Fetch<'_>) -> Result<Fetched> + Send + Sync>;

/// A source that does what a test says; without a script it never answers.
pub(super) struct Scripted(pub(super) Option<Script>);

impl Remote for Scripted {
    fn fetch<'a>(&'a self, fetch: Fetch<'a>) -> Pin<Box<dyn Future<Output = Result<Fetched>> + Send + 'a>> {
        Box::pin(async move {
            match &self.0 {
                Some(script) => script(&fetch),
                None => std::future::pending().await,
            }
        })
    }
}
