//! What a user did: pinned entities, and visits. Small JSON files, each replaced whole.
//!
//! Where two callboards write at the same moment, the later one wins; a visit may get lost, a file never.

#![expect(clippy::disallowed_methods, reason = "store is a room that may read and write files")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::catalog::EntityRef;
use crate::error::{Error, Result};
use crate::private;

/// Pins that are kept; more would be a catalog of their own.
const MAX_PINS: usize = 200;

/// Visited entities that are kept, those of the highest score.
const MAX_VISITED: usize = 500;

/// Bytes of a state file that are read. Full ones have some 100 KB.
const MAX_FILE_BYTES: u64 = 4 << 20;

/// The time after which a visit counts half.
const HALF_LIFE_DAYS: f64 = 14.0;

const PINS: &str = "pins.json";
const VISITS: &str = "visits.json";

/// The state of a user, in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserState {
    folder: PathBuf,
}

/// How often and when an entity was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// The score at the time of the last visit: one for each visit, halved for every 14 days since.
    score: f64,
    /// The last visit.
    last: Timestamp,
}

impl Visit {
    /// The score at a time: `score · ½^(days since the last visit / 14)`.
    pub fn score(&self, now: Timestamp) -> f64 {
        // A clock that was set back makes no visit worth more than it was.
        let days = now.duration_since(self.last).as_secs_f64().max(0.0) / 86_400.0;
        self.score * (-days / HALF_LIFE_DAYS).exp2()
    }
}

/// What a user did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Remembered {
    /// Pinned entities, the newest last.
    pub pins: Vec<EntityRef>,
    /// Visited entities.
    pub visits: BTreeMap<EntityRef, Visit>,
    /// What the user should know: files that were damaged and set aside, as sentences.
    pub notes: Vec<String>,
}

impl Remembered {
    /// The entities visited last, the newest first.
    pub fn recents(&self, most: usize) -> Vec<EntityRef> {
        let mut visits: Vec<_> = self.visits.iter().collect();
        visits.sort_by_key(|(_, visit)| std::cmp::Reverse(visit.last));
        visits.into_iter().take(most).map(|(reference, _)| reference.clone()).collect()
    }

    /// The entities visited often and lately, the highest score first.
    pub fn frequent(&self, now: Timestamp) -> Vec<(EntityRef, f64)> {
        let scores = self.visits.iter().map(|(reference, visit)| (reference.clone(), visit.score(now)));
        let mut scores: Vec<_> = scores.collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        scores
    }
}

impl UserState {
    /// The state in a folder, which need not exist yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What is remembered. A damaged file is set aside and begun anew, and a note says so.
    pub fn load(&self) -> Remembered {
        let mut notes = Vec::new();
        let pins = self.read(PINS, &mut notes);
        let visits = self.read(VISITS, &mut notes);
        Remembered { pins, visits, notes }
    }

    /// Pins an entity or takes its pin away, and returns the pins, the newest last.
    pub fn pin(&self, reference: &EntityRef, is_pinned: bool) -> Result<Vec<EntityRef>> {
        let mut pins: Vec<EntityRef> = self.read(PINS, &mut Vec::new());
        pins.retain(|pinned| pinned != reference);
        if is_pinned {
            pins.push(reference.clone());
            let surplus = pins.len().saturating_sub(MAX_PINS);
            pins.drain(..surplus);
        }
        self.write(PINS, &pins)?;
        Ok(pins)
    }

    /// Notes that an entity was looked at.
    pub fn visit(&self, reference: &EntityRef, now: Timestamp) -> Result<()> {
        let mut visits: BTreeMap<EntityRef, Visit> = self.read(VISITS, &mut Vec::new());
        let score = visits.get(reference).map_or(0.0, |visit| visit.score(now)) + 1.0;
        visits.insert(reference.clone(), Visit { score, last: now });
        while visits.len() > MAX_VISITED {
            let least = visits.iter().min_by(|a, b| a.1.score(now).total_cmp(&b.1.score(now)));
            let Some(least) = least.map(|(reference, _)| reference.clone()) else { break };
            visits.remove(&least);
        }
        self.write(VISITS, &visits)
    }

    fn read<T: DeserializeOwned + Default>(&self, name: &str, notes: &mut Vec<String>) -> T {
        let path = self.folder.join(name);
        let bytes = match fs::metadata(&path).and_then(|found| bounded(&path, found.len())) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return T::default(),
            Err(error) => {
                notes.push(Error::io(path.display(), &error).message().to_owned());
                return T::default();
            }
        };
        serde_json::from_slice(&bytes).unwrap_or_else(|error| {
            notes.push(set_aside(&path, &error));
            T::default()
        })
    }

    fn write<T: Serialize>(&self, name: &str, value: &T) -> Result<()> {
        private::make_directory(&self.folder)?;
        let path = self.folder.join(name);
        let bytes =
            serde_json::to_vec_pretty(value).map_err(|error| Error::io(path.display(), &error.into()))?;
        private::replace_file(&path, &bytes)
    }
}

fn bounded(path: &Path, size: u64) -> io::Result<Vec<u8>> {
    if size > MAX_FILE_BYTES {
        return Err(io::Error::other(format!("it is above the limit of {MAX_FILE_BYTES} bytes")));
    }
    fs::read(path)
}

/// Keeps a damaged file for whoever wants to look at it. There is one such file, the latest.
fn set_aside(path: &Path, error: &serde_json::Error) -> String {
    let aside = path.with_extension("json.damaged");
    match fs::rename(path, &aside) {
        Ok(()) => {
            format!("{} is damaged ({error}); it was set aside as {}.", path.display(), aside.display())
        }
        Err(_) => format!("{} is damaged ({error}) and was left out.", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + day * 86_400).unwrap()
    }

    fn component(name: &str) -> EntityRef {
        EntityRef::new("component", "default", name)
    }

    #[test]
    fn a_pin_comes_and_goes() {
        let dir = tempfile::tempdir().unwrap();
        let state = UserState::new(dir.path().join("state"));
        state.pin(&component("a"), true).unwrap();
        assert_eq!(state.pin(&component("b"), true).unwrap(), [component("a"), component("b")]);
        assert_eq!(state.pin(&component("a"), true).unwrap(), [component("b"), component("a")]);
        state.pin(&component("a"), false).unwrap();
        assert_eq!(state.load().pins, [component("b")]);
    }

    #[test]
    fn a_visit_counts_half_after_two_weeks() {
        let dir = tempfile::tempdir().unwrap();
        let state = UserState::new(dir.path().to_owned());
        for day in [0, 0, 0] {
            state.visit(&component("old"), at(day)).unwrap();
        }
        state.visit(&component("new"), at(28)).unwrap();
        let found = state.load();
        assert_eq!(found.recents(1), [component("new")]);
        assert_eq!(found.frequent(at(28)), [(component("new"), 1.0), (component("old"), 0.75)]);
        assert_eq!(found.frequent(at(0))[0], (component("old"), 3.0));
    }

    #[test]
    fn only_the_best_visits_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let state = UserState::new(dir.path().to_owned());
        let many = (0..MAX_VISITED).map(|i| (component(&format!("c{i}")), Visit { score: 9.0, last: at(0) }));
        state.write(VISITS, &many.collect::<BTreeMap<_, _>>()).unwrap();
        state.visit(&component("x"), at(0)).unwrap();
        assert_eq!(state.load().visits.len(), MAX_VISITED);
    }

    #[test]
    fn a_damaged_file_is_set_aside_with_a_word() {
        let dir = tempfile::tempdir().unwrap();
        let state = UserState::new(dir.path().to_owned());
        state.pin(&component("a"), true).unwrap();
        private::replace_file(&dir.path().join(PINS), b"[\"component:defa").unwrap();
        let found = state.load();
        assert_eq!(found.pins, []);
        assert!(found.notes[0].contains("set aside"), "{:?}", found.notes);
        assert!(dir.path().join("pins.json.damaged").exists());
        assert_eq!(state.load().notes, [] as [String; 0]);
        assert_eq!(state.pin(&component("b"), true).unwrap(), [component("b")]);
    }
}
