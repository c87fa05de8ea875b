//! Files and folders as targets: on this machine, in a stack trace, or in an address of a forge. A line of
//! CODEOWNERS decides, else the nearest descriptor.

use std::path::{Component, Path, PathBuf};

use super::target::{Found, Match, WhoPlaces};
use crate::catalog::git_address::{path_of, repository_of};
use crate::catalog::{EntityRef, SourceId};
use crate::error::Result;
use crate::ops::code_owners;
use crate::store::Snapshot;

/// Work trees of one repository that are looked at.
const MAX_WORK_TREES: usize = 20;

/// Forges whose addresses are known in the paths of build machines and module caches.
const FORGES: [&str; 3] = ["github.com/", "gitlab.com/", "bitbucket.org/"];

/// Whether a word that is no path by its look is one all the same: the file is there, or at least the folder
/// that its first step names, for files of another branch are asked about too. A misspelt name must not be
/// answered with the owner of the folder that somebody happens to stand in.
pub(super) fn is_there(target: &str, places: &WhoPlaces<'_>) -> bool {
    let Some(current) = places.current else { return false };
    let folder = target.split_once('/').map(|(first, _)| first);
    current.join(without_position(target)).exists() || folder.is_some_and(|it| current.join(it).is_dir())
}

/// Whether a file or a folder of this machine is at a path, blanks and all.
pub(super) fn exists(target: &str, places: &WhoPlaces<'_>) -> bool {
    absolute(without_position(target), places).exists()
}

/// What owns a path of this machine, with or without a line and a column behind it.
pub(super) fn on_disk(snapshot: &Snapshot, target: &str, places: &WhoPlaces<'_>) -> Result<Vec<Found>> {
    let absolute = absolute(without_position(target), places);
    for (source, root) in places.roots {
        let Ok(below) = absolute.strip_prefix(root) else { continue };
        let path = below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        let found = in_source(snapshot, source, &path, Match::Path)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// What owns a file or folder that an address of a repository leads to, where there is a work tree of it.
pub(super) fn at_address(snapshot: &Snapshot, address: &str) -> Result<Vec<Found>> {
    let path = path_of(address);
    let Some(repository) = repository_of(address).filter(|_| !path.is_empty()) else {
        return Ok(Vec::new());
    };
    in_repository(snapshot, &repository, &path, Match::Address)
}

/// What owns a path that stands in a text, such as a line of a stack trace: one that is there on this machine,
/// or one in a checkout or a module cache of a forge's repository.
pub(super) fn in_text(snapshot: &Snapshot, word: &str, places: &WhoPlaces<'_>) -> Result<Vec<Found>> {
    let word = without_position(word);
    if !word.contains('/') {
        return Ok(Vec::new());
    }
    let absolute = absolute(word, places);
    if places.roots.iter().any(|(_, root)| absolute.starts_with(root)) && absolute.exists() {
        return on_disk(snapshot, word, places);
    }
    let Some(at) = FORGES.iter().find_map(|forge| word.find(forge)) else { return Ok(Vec::new()) };
    let mut steps = word[at..].splitn(4, '/');
    let (Some(host), Some(owner), Some(name)) = (steps.next(), steps.next(), steps.next()) else {
        return Ok(Vec::new());
    };
    // A module cache names the version behind the repository.
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    let repository = format!("{host}/{owner}/{name}").to_lowercase();
    in_repository(snapshot, &repository, steps.next().unwrap_or(""), Match::Text)
}

fn in_repository(snapshot: &Snapshot, repository: &str, path: &str, matched: Match) -> Result<Vec<Found>> {
    let name = repository.rsplit('/').next().unwrap_or(repository);
    for (source, known) in snapshot.repositories_holding(name, MAX_WORK_TREES)? {
        if known.remote.as_deref().and_then(repository_of).as_deref() != Some(repository) {
            continue;
        }
        let Some(path) = known.path_in_source(path) else { continue };
        let found = in_source(snapshot, &source, &path, matched)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn in_source(snapshot: &Snapshot, source: &SourceId, path: &str, matched: Match) -> Result<Vec<Found>> {
    let nearest = nearest(snapshot, source, path)?;
    // A descriptor says itself who owns what it declares.
    let is_descriptor = || -> Result<bool> {
        let Some(first) = nearest.first() else { return Ok(false) };
        Ok(snapshot.entity(first)?.is_some_and(|entity| *entity.origin.path == *path))
    };
    let owners = if is_descriptor()? { Vec::new() } else { code_owners::of_path(snapshot, source, path)? };
    if owners.is_empty() {
        return Ok(nearest.into_iter().map(|entity| Found::Entity(entity, matched)).collect());
    }
    let around = around(&nearest).cloned();
    Ok(vec![Found::Path { source: source.clone(), path: path.to_owned(), around, owners, matched }])
}

/// The entity that a path is a part of: the one component of the nearest descriptor, else what it has alone.
fn around(nearest: &[EntityRef]) -> Option<&EntityRef> {
    let mut components = nearest.iter().filter(|entity| entity.kind() == "component");
    match (components.next(), components.next(), nearest) {
        (Some(only), None, _) | (None, _, [only]) => Some(only),
        _ => None,
    }
}

/// The entities of the nearest descriptor at or above a path.
fn nearest(snapshot: &Snapshot, source: &SourceId, path: &str) -> Result<Vec<EntityRef>> {
    let found = snapshot.declared_nearest(source, path)?;
    let (locations, entities): (Vec<_>, Vec<_>) = found.into_iter().partition(|it| it.kind() == "location");
    Ok(if entities.is_empty() { locations } else { entities })
}

fn absolute(target: &str, places: &WhoPlaces<'_>) -> PathBuf {
    match places.current {
        Some(current) => without_dots(&current.join(target)),
        None => without_dots(Path::new(target)),
    }
}

/// The path without `.` and `..`, by its text alone.
fn without_dots(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(clean.pop()),
            part => clean.push(part),
        }
    }
    clean
}

/// A path without the line and column that compilers and stack traces put behind it.
fn without_position(word: &str) -> &str {
    let mut word = word;
    while let Some((path, number)) = word.rsplit_once(':')
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        word = path;
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_part_of_the_one_component_or_of_what_is_alone() {
        let reference = |kind| EntityRef::new(kind, "default", "x");
        let (component, api, system) = (reference("component"), reference("api"), reference("system"));
        assert_eq!(around(&[api.clone(), component.clone()]), Some(&component));
        assert_eq!(around(std::slice::from_ref(&system)), Some(&system));
        assert_eq!(around(&[api, system]), None);
    }

    #[test]
    fn line_and_column_are_no_part_of_a_path() {
        assert_eq!(without_position("src/a.rs:12:3"), "src/a.rs");
        assert_eq!(without_position("src/a.rs"), "src/a.rs");
        assert_eq!(without_position("component:default/x"), "component:default/x");
    }
}
