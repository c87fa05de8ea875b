//! What the benches share: an invented catalog as descriptors, and the words for their figures.

#![allow(dead_code, reason = "each bench is a crate of its own and uses a part")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use callboard::ops::portal::{Clock, Places, Portal, Target};
use jiff::Timestamp;

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const DOMAINS: [&str; 8] =
    ["payments", "checkout", "search", "identity", "billing", "shipping", "pricing", "ledger"];
const NOUNS: [&str; 8] = ["gateway", "api", "worker", "store", "indexer", "router", "exporter", "console"];
const TEAMS: usize = 400;
const SYSTEMS: usize = 2_000;

/// Entities of one file where many share one, as exports do.
const ENTITIES_OF_AN_EXPORT: usize = 10_000;

/// The name of a component. A multiplier without small factors mixes the words.
pub(crate) fn component(n: usize) -> String {
    let mixed = n.wrapping_mul(2_654_435_761);
    format!("{}-{}-{n}", DOMAINS[(mixed >> 3) % DOMAINS.len()], NOUNS[(mixed >> 9) % NOUNS.len()])
}

/// The descriptor of an entity: groups first, then systems, then components that point to each other.
pub(crate) fn descriptor(n: usize) -> String {
    if n < TEAMS {
        return format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: team-{n}\n  description: Looks after \
             a part of the house.\nspec:\n  type: team\n  profile:\n    displayName: Team {n}\n    \
             email: team-{n}@example.com\n  children: []\n"
        );
    }
    if n < TEAMS + SYSTEMS {
        return format!(
            "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: system-{}\n  description: A whole of \
             several parts.\nspec:\n  owner: team-{}\n",
            n - TEAMS,
            n % TEAMS
        );
    }
    let first = TEAMS + SYSTEMS;
    let (name, depends) = (component(n), component(first + (n - first) / 2));
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n  title: \"Component {n}\"\n  \
         description: Handles {name} data within a 50 ms budget.\n  annotations:\n    \
         github.com/project-slug: acme/{name}\n    pagerduty.com/service-id: P{n:06}\n  labels:\n    tier: \"2\"\n    \
         region: eu\n  tags:\n    - java\n    - tier-1\n  links:\n    - url: https://runbooks.example.com/{name}\n      \
         title: Runbook\n      icon: docs\nspec:\n  type: service\n  lifecycle: production\n  \
         owner: group:default/team-{}\n  system: system-{}\n  dependsOn:\n    - component:{depends}\n",
        n % TEAMS,
        n % SYSTEMS
    )
}

/// How descriptors lie in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Files {
    /// Each in a repository of its own.
    OneEach,
    /// Ten thousand in a file.
    Exports,
}

/// Writes the descriptors of so many entities below a folder and returns their bytes, file by file.
#[expect(clippy::disallowed_methods, reason = "a bench makes the folder that it reads")]
pub(crate) fn write_catalog(folder: &Path, entities: usize, files: Files) -> std::io::Result<Vec<String>> {
    let texts: Vec<String> = match files {
        Files::OneEach => (0..entities).map(descriptor).collect(),
        Files::Exports => (0..entities)
            .step_by(ENTITIES_OF_AN_EXPORT)
            .map(|first| {
                let last = entities.min(first + ENTITIES_OF_AN_EXPORT);
                (first..last).map(descriptor).collect::<Vec<_>>().join("---\n")
            })
            .collect(),
    };
    for (at, text) in texts.iter().enumerate() {
        let repository = folder.join(format!("repository-{at:06}"));
        std::fs::create_dir_all(&repository)?;
        std::fs::write(repository.join("catalog-info.yaml"), text)?;
    }
    Ok(texts)
}

/// A portal on a folder, with a cache beside it.
pub(crate) fn portal(folder: &Path) -> callboard::error::Result<Portal> {
    let clock: Clock = Arc::new(|| Timestamp::from_second(1_800_000_000).unwrap_or_default());
    let places = Places { cache: folder.join("cache"), state: folder.join("state") };
    Portal::open(Target::Folder(folder.join("repositories")), places, clock)
}

/// How long something takes, and what it gives.
#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = Instant::now();
    let result = work();
    (started.elapsed(), result)
}

/// The middle one of some times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A time in milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
