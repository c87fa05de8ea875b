//! Which files of a repository are descriptors.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::error::{Error, ErrorKind, Result};
use crate::source::names;
use crate::source::sum::sha256;

/// The patterns of descriptors where the configuration has none: the names that a folder is searched for.
pub fn default_paths() -> Vec<String> {
    names::DESCRIPTORS.iter().map(|name| format!("**/{name}")).collect()
}

/// Patterns of paths, such as `**/catalog-info.yaml`: `*` stays within a folder, `**` does not.
#[derive(Debug)]
pub struct Paths {
    globs: GlobSet,
    sum: String,
}

impl Paths {
    /// The patterns of a configuration.
    pub fn new(patterns: &[String]) -> Result<Self> {
        let bad = |error: &globset::Error| {
            Error::new(ErrorKind::Usage, format!("A pattern of `paths` cannot be used: {error}."))
                .with_hint("Write patterns as in `paths: [\"**/catalog-info.yaml\"]`.")
        };
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            set.add(glob.map_err(|error| bad(&error))?);
        }
        let globs = set.build().map_err(|error| bad(&error))?;
        Ok(Self { globs, sum: sha256(patterns.join("\n").as_bytes()) })
    }

    /// Whether a file is a descriptor.
    pub(super) fn is_match(&self, path: &str) -> bool {
        self.globs.is_match(path)
    }

    /// What tells these patterns from others.
    pub(super) fn sum(&self) -> &str {
        &self.sum[..8]
    }
}
