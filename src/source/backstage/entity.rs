//! What is looked at of an entity that a server sends: enough to know it by, and nothing of the rest.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::catalog::{DEFAULT_NAMESPACE, EntityRef};
use crate::source::mirror::entity_path;

/// The name and the version of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stub {
    /// Its reference.
    pub reference: EntityRef,
    /// What the server says its version is; a sum of its text where it says nothing.
    pub etag: String,
}

#[derive(Deserialize)]
struct Whole {
    kind: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
    namespace: Option<String>,
    etag: Option<String>,
}

impl Stub {
    /// The stub of an entity; nothing for what has no kind or no name.
    pub fn of(json: &RawValue) -> Option<Self> {
        let Whole { kind, metadata } = serde_json::from_str(json.get()).ok()?;
        let namespace =
            metadata.namespace.as_deref().filter(|it| !it.is_empty()).unwrap_or(DEFAULT_NAMESPACE);
        if kind.is_empty() || metadata.name.is_empty() || kind.contains([':', '/']) || namespace.contains('/')
        {
            return None;
        }
        let reference = EntityRef::new(&kind, namespace, &metadata.name);
        let sum = || format!("{:08x}", crc32fast::hash(json.get().as_bytes()));
        Some(Self { reference, etag: metadata.etag.filter(|etag| !etag.is_empty()).unwrap_or_else(sum) })
    }

    /// The path of its file.
    pub fn path(&self) -> String {
        entity_path(&self.reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stub(json: &str) -> Option<Stub> {
        Stub::of(serde_json::from_str::<&RawValue>(json).unwrap())
    }

    #[test]
    fn an_entity_is_known_by_its_reference_and_etag() {
        let found = stub(r#"{"kind":"API","metadata":{"name":"Pay","etag":"1","x":[1]},"spec":{}}"#).unwrap();
        assert_eq!((found.reference.as_str(), found.etag.as_str()), ("api:default/pay", "1"));
        assert_eq!(found.path(), "api:default/pay");
        let [a, b] = ["1", "2"].map(|spec| {
            stub(&format!(r#"{{"kind":"A","metadata":{{"name":"b"}},"spec":{spec}}}"#)).unwrap().etag
        });
        assert_ne!(a, b);
    }

    #[test]
    fn what_cannot_be_named_is_none() {
        for json in [
            "null",
            "7",
            "[]",
            "{}",
            r#"{"kind":"A","metadata":{}}"#,
            r#"{"kind":1,"metadata":{"name":"a"}}"#,
            r#"{"kind":"a/b","metadata":{"name":"a"}}"#,
        ] {
            assert_eq!(stub(json), None, "{json}");
        }
    }

    #[test]
    fn a_path_never_leaves_its_folder() {
        let hostile = stub(r#"{"kind":"A","metadata":{"name":"../../x\u0000\n","namespace":".."}}"#).unwrap();
        assert_eq!(hostile.path(), "a:_../.._.._x__");
    }
}
