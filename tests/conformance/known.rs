//! The misses that are known, each with its reason: whole topics and single cases.

use std::collections::BTreeMap;
use std::path::Path;

/// What `known.json` lists.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// Topics of which no case is run yet.
    topics: BTreeMap<String, String>,
    /// Single cases by topic and id.
    cases: BTreeMap<String, BTreeMap<String, String>>,
}

impl Known {
    pub(crate) fn read(path: &Path) -> Self {
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    /// Why a case is missed, where that is known.
    pub(crate) fn reason(&self, topic: &str, id: &str) -> Option<&str> {
        let case = self.cases.get(topic).and_then(|cases| cases.get(id));
        self.topics.get(topic).or(case).map(String::as_str)
    }
}
