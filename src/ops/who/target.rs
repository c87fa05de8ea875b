//! What a target means: a reference, a name, another name, a file or folder, an address, or a text that
//! holds some of these.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::path;
use crate::catalog::{DEFAULT_NAMESPACE, EntityRef, RefContext, RefParts, SourceId};
use crate::error::Result;
use crate::ops::owner::Owner;
use crate::search::{self, Row, RowFlags, fold};
use crate::store::Snapshot;

/// Most answers to one target.
pub const MAX_ANSWERS: usize = 20;

/// Most words of a text that are looked up: about the length of a long stack trace.
const MAX_WORDS: usize = 5000;

/// Most words of a text that are looked up as paths or addresses: each asks for all files or all documents.
const MAX_PATHS: usize = 200;

/// Most entities that may mention an address; more means that the address says nothing.
const MAX_MENTIONS: usize = 200;

/// Most names that are suggested.
const MAX_NEAR: usize = 5;

/// Longest text with blanks, in bytes, that may be one path or one title.
const LONGEST_LINE: usize = 1024;

/// Shortest name that is taken out of a text of several words: shorter ones are words of their language.
const SHORTEST_NAME_IN_TEXT: usize = 3;

/// Kinds in the order in which somebody who names nothing but a name means them; others follow.
const KINDS_FIRST: [&str; 8] =
    ["component", "api", "resource", "system", "domain", "group", "user", "template"];

/// How a target led to an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Match {
    /// It is the entity's reference.
    Reference,
    /// It is the entity's name.
    Name,
    /// It is another name, such as a project slug or the title.
    Alias,
    /// It is a file or folder that the entity's descriptor stands in or above.
    Path,
    /// It is an address that the entity mentions, or one below it.
    Address,
    /// It is a text that names the entity.
    Text,
}

/// What a target means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// An entity.
    Entity(EntityRef, Match),
    /// A path that has owners of its own, whatever the entities around it say.
    Path {
        /// The source that it lies in.
        source: SourceId,
        /// The path below the root of the source.
        path: String,
        /// The entity whose descriptor is the nearest, where there is one alone.
        around: Option<EntityRef>,
        /// The owners.
        owners: Vec<Owner>,
        /// How the target led to it.
        matched: Match,
    },
}

/// Where files are: what a relative path and a path of this machine mean.
#[derive(Debug, Clone, Copy, Default)]
pub struct WhoPlaces<'a> {
    /// The working directory.
    pub current: Option<&'a Path>,
    /// The folders of the sources that are folders.
    pub roots: &'a [(SourceId, PathBuf)],
}

/// What a target means; at most one more than there may be answers.
pub(super) fn find(snapshot: &Snapshot, target: &str, places: &WhoPlaces<'_>) -> Result<Vec<Found>> {
    let target = target.trim();
    let mut words = target.split_whitespace();
    if let (Some(first), None) = (words.next(), words.next()) {
        return one(snapshot, first, places);
    }
    if target.len() <= LONGEST_LINE && !target.contains('\n') {
        if path::exists(target, places) {
            return path::on_disk(snapshot, target, places);
        }
        let titled = by_alias(snapshot, target)?;
        if !titled.is_empty() {
            return Ok(all(titled, Match::Alias));
        }
    }
    in_text(snapshot, target, places)
}

fn one(snapshot: &Snapshot, target: &str, places: &WhoPlaces<'_>) -> Result<Vec<Found>> {
    if let Some(address) = address(target) {
        let found = path::at_address(snapshot, target.strip_prefix("url:").unwrap_or(target))?;
        if !found.is_empty() {
            return Ok(found);
        }
        return Ok(all(by_address(snapshot, &address)?, Match::Address));
    }
    let is_path = target.starts_with(['/', '.', '~']) || target.ends_with('/');
    if !is_path {
        let named = by_name(snapshot, target)?;
        if !named.is_empty() {
            return Ok(named);
        }
        if target.contains('/') {
            let aliases = by_alias(snapshot, target)?;
            if !aliases.is_empty() {
                return Ok(all(aliases, Match::Alias));
            }
        }
    }
    if is_path || path::is_there(target, places) {
        return path::on_disk(snapshot, target, places);
    }
    let aliases = if target.contains('/') { Vec::new() } else { by_alias(snapshot, target)? };
    Ok(all(aliases, Match::Alias))
}

fn all(found: Vec<EntityRef>, matched: Match) -> Vec<Found> {
    found.into_iter().take(MAX_ANSWERS + 1).map(|entity| Found::Entity(entity, matched)).collect()
}

/// A reference as it is, else the name in every kind: first in the default namespace by a look-up each, then
/// in the others by a pass over the rows.
fn by_name(snapshot: &Snapshot, target: &str) -> Result<Vec<Found>> {
    if let Ok(reference) = EntityRef::parse(target, RefContext::default())
        && (snapshot.exists(&reference)? || snapshot.tombstone(&reference)?.is_some())
    {
        return Ok(vec![Found::Entity(reference, Match::Reference)]);
    }
    let found = named_in_every_kind(snapshot, target)?;
    if !found.is_empty() {
        return Ok(all(found, Match::Name));
    }
    let name = fold(target);
    if target.contains([':', '/']) {
        return Ok(Vec::new());
    }
    let rows = snapshot.rows()?;
    // Who owned what is gone is asked as well.
    let is_elsewhere =
        |row: &Row<'_>| row.namespace().raw() != DEFAULT_NAMESPACE || row.flags().contains(RowFlags::GONE);
    let others = rows.iter().filter(|row| is_elsewhere(row) && fold(row.name().raw()) == name);
    Ok(all(others.map(|row| row.reference()).collect(), Match::Name))
}

fn named_in_every_kind(snapshot: &Snapshot, target: &str) -> Result<Vec<EntityRef>> {
    let others = snapshot.meta().kinds.keys().map(String::as_str);
    let others = others.filter(|kind| !KINDS_FIRST.contains(kind) && *kind != "location");
    let mut found = Vec::new();
    for kind in KINDS_FIRST.into_iter().chain(others) {
        let context = RefContext { kind: Some(kind), namespace: None };
        let Ok(parts) = RefParts::parse(target, context) else { continue };
        let reference = parts.canonical();
        if reference.kind() == kind && snapshot.exists(&reference)? {
            found.push(reference);
        }
    }
    Ok(found)
}

fn by_alias(snapshot: &Snapshot, target: &str) -> Result<Vec<EntityRef>> {
    let alias = fold(target);
    let rows = snapshot.rows()?;
    let is_titled = |row: &Row<'_>| row.title().is_some_and(|title| fold(title.raw()) == alias);
    let named = rows.iter().filter(|row| row.aliases().any(|it| it.raw() == alias) || is_titled(row));
    Ok(named.map(|row| row.reference()).take(MAX_ANSWERS + 1).collect())
}

/// An address by its parts: host, and the segments of its path.
struct Address {
    scheme: String,
    host: String,
    segments: Vec<String>,
}

/// A web address, or the address that git clones from over SSH.
fn address(target: &str) -> Option<Address> {
    let target = target.strip_prefix("url:").unwrap_or(target);
    let (scheme, rest) = match target.split_once("://") {
        Some((scheme @ ("https" | "http"), rest)) => (scheme, rest.to_owned()),
        Some(("ssh", rest)) => ("https", rest.split_once('@').map_or(rest, |(_, rest)| rest).to_owned()),
        Some(_) => return None,
        None => ("https", target.strip_prefix("git@")?.replacen(':', "/", 1)),
    };
    let path = rest.split(['?', '#']).next().unwrap_or(&rest);
    let path = path.strip_suffix(".git").unwrap_or(path);
    let mut parts = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned);
    let host = parts.next()?;
    Some(Address { scheme: scheme.to_owned(), host, segments: parts.collect() })
}

/// Entities that mention the address or the nearest one above it: as a link, as the place of their code, as a
/// project slug, or because their repository is cloned from it.
fn by_address(snapshot: &Snapshot, address: &Address) -> Result<Vec<EntityRef>> {
    for end in (1..=address.segments.len()).rev() {
        let path = address.segments[..end].join("/");
        let prefix = format!("{}://{}/{path}", address.scheme, address.host);
        let mut found = Vec::new();
        let mentions = snapshot.mentioning(&prefix, MAX_MENTIONS)?;
        if mentions.len() < MAX_MENTIONS {
            for reference in mentions {
                let entity = snapshot.entity(&reference)?;
                if entity.is_some_and(|it| holds_address(it.document.json(), &prefix)) {
                    found.push(reference);
                }
            }
        }
        if found.is_empty() && end > 1 {
            found = snapshot.mentioning(&format!("project-slug\":\"{path}\""), MAX_ANSWERS + 1)?;
        }
        if found.is_empty() && end > 1 {
            let remote = snapshot.in_repository(&format!("{}/{path}", address.host), MAX_MENTIONS)?;
            found = if remote.len() < MAX_MENTIONS { remote } else { Vec::new() };
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Whether the text holds the address as a whole or one below it, not one that merely begins like it.
fn holds_address(text: &str, prefix: &str) -> bool {
    text.match_indices(prefix).any(|(at, _)| {
        let after = text[at + prefix.len()..].strip_prefix(".git").unwrap_or(&text[at + prefix.len()..]);
        after.starts_with(['"', '/', '?', '#', '\\'])
    })
}

/// What a text names: references, addresses, paths and names, each once, in the order of the text.
fn in_text(snapshot: &Snapshot, text: &str, places: &WhoPlaces<'_>) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    let mut seen = HashSet::new();
    let mut paths = 0;
    let words = text.split(|c: char| c.is_whitespace() || "()[]{}<>\"'`,;=|".contains(c));
    for word in words.map(|word| word.trim_end_matches(['.', ':', '!', '?'])).take(MAX_WORDS) {
        if word.chars().count() < SHORTEST_NAME_IN_TEXT || !seen.insert(word) {
            continue;
        }
        paths += usize::from(word.contains('/'));
        if paths > MAX_PATHS {
            break;
        }
        for meant in word_of_text(snapshot, word, places)? {
            if !found.iter().any(|known| is_same(known, &meant)) {
                found.push(meant);
            }
        }
        if found.len() > MAX_ANSWERS {
            break;
        }
    }
    Ok(found)
}

fn word_of_text(snapshot: &Snapshot, word: &str, places: &WhoPlaces<'_>) -> Result<Vec<Found>> {
    let found = match address(word) {
        Some(address) => {
            let found = path::at_address(snapshot, word)?;
            if !found.is_empty() {
                return Ok(found);
            }
            by_address(snapshot, &address)?
        }
        None => match EntityRef::parse(word, RefContext::default()) {
            Ok(reference) if snapshot.exists(&reference)? => vec![reference],
            _ => named_in_every_kind(snapshot, word)?,
        },
    };
    if found.is_empty() {
        return path::in_text(snapshot, word, places);
    }
    Ok(all(found, Match::Text))
}

/// Whether two finds get the same answer: the frames of a stack trace lie in many files of one owner.
fn is_same(a: &Found, b: &Found) -> bool {
    match (a, b) {
        (Found::Entity(a, _), Found::Entity(b, _)) => a == b,
        (
            Found::Path { owners: a, around: around_a, .. },
            Found::Path { owners: b, around: around_b, .. },
        ) => around_a == around_b && a.iter().map(|it| &it.reference).eq(b.iter().map(|it| &it.reference)),
        _ => false,
    }
}

/// Names that are near to a target that means nothing.
pub(super) fn near(snapshot: &Snapshot, target: &str) -> Result<Vec<EntityRef>> {
    let name = target.trim().rsplit([':', '/']).next().unwrap_or(target);
    let rows = snapshot.rows()?;
    let near = search::near_name(&rows, name, MAX_NEAR);
    Ok(near.into_iter().filter_map(|row| rows.get(row)).map(|row| row.reference()).collect())
}
