//! A source that is a program: whatever a company keeps its facts in, a program that prints them as entities
//! makes it a source.

mod content;

use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use self::content::Content;
use super::child::{Environment, Process};
use super::mirror::{NewFile, PackWriter, Role, Unit, entity_path};
use super::remote::{Amount, Fetch, Fetched, Remote};
use super::sum::sha256;
use crate::catalog::{Entity, Origin, Position, SourceId, descriptor};
use crate::error::{Error, ErrorKind, Result};
use crate::quantity::{Bytes, Length};

/// How long a program may run unless the configuration says otherwise.
const TIME: Duration = Duration::from_mins(1);

/// Bytes that a program may write unless the configuration says otherwise.
const MAX_BYTES: u64 = 64 << 20;

/// Variables that every program gets.
const VARIABLES: [&str; 6] = ["PATH", "HOME", "LANG", "LC_*", "TMPDIR", "XDG_*"];

/// The file that holds YAML as the program wrote it.
const YAML_FILE: &str = "entities.yaml";

/// What the configuration says of a program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandSettings {
    /// The program and its arguments; no shell reads them.
    pub run: Vec<String>,
    /// Names of variables that it gets beside the usual ones: `PATH`, `HOME`, `LANG`, `LC_*`, `TMPDIR`, `XDG_*`.
    #[serde(default)]
    pub env: Vec<String>,
    /// Where it runs.
    #[serde(default)]
    pub dir: Option<PathBuf>,
    /// How long it may run, such as `30s`.
    #[serde(default)]
    timeout: Option<Length>,
    /// Bytes that it may write.
    #[serde(default)]
    max_bytes: Option<Bytes>,
}

/// A program that prints entities: as YAML, as JSON (one, a list, or a map with `items`), or one JSON a line.
#[derive(Debug)]
pub struct Command {
    settings: CommandSettings,
    program: String,
    environment: Environment,
}

impl Command {
    /// The source with these settings. The program finds the listed variables of `environment`, and no others.
    pub fn new(settings: CommandSettings, environment: Environment) -> Result<Self> {
        let program = settings.run.first().filter(|program| !program.is_empty()).cloned();
        let program = program.ok_or_else(|| {
            Error::new(ErrorKind::Usage, "A command source names no program.")
                .with_hint("Write `run: [PROGRAM, ARGUMENT, …]`.")
        })?;
        let names = VARIABLES.iter().copied().chain(settings.env.iter().map(String::as_str));
        let environment = environment.only(&names.collect::<Vec<_>>());
        Ok(Self { settings, program, environment })
    }

    fn process(&self) -> Result<Process> {
        let directory = self.settings.dir.as_ref().map(|dir| self.environment.place(dir));
        if let Some(missing) = directory.as_ref().filter(|dir| !dir.is_dir()) {
            let message = format!("There is no folder {} to run {} in.", missing.display(), self.program);
            return Err(Error::new(ErrorKind::Unreachable, message)
                .with_hint("Correct `dir` of the source, or make that folder."));
        }
        Ok(Process {
            name: self.program.clone(),
            program: self.environment.find(&self.program)?,
            arguments: self.settings.run.iter().skip(1).map(Into::into).collect(),
            environment: self.environment.clone(),
            directory,
            input: Vec::new(),
            time: self.settings.timeout.map_or(TIME, |Length(time)| time),
            most: self.settings.max_bytes.map_or(MAX_BYTES, |Bytes(most)| most),
        })
    }

    async fn run(&self, fetch: Fetch<'_>) -> Result<Fetched> {
        let stdout = self.process()?.output().await?.stdout;
        let revision = sha256(&stdout);
        let bytes = stdout.len() as u64;
        (fetch.progress)(Amount { bytes, ..Amount::default() });
        let before = fetch.before.unit("").filter(|unit| unit.revision == revision);
        if let Some(before) = before {
            let unit = Unit { as_of: fetch.now, failure: None, ..before.clone() };
            return Ok(Fetched { units: vec![unit], unchanged: 1, requests: 1, ..Fetched::default() });
        }
        let mut writer = fetch.mirror.begin_pack()?;
        let notes = self.write(&stdout, &mut writer)?;
        // The index of the pack is made meanwhile, and that is as large again.
        drop(stdout);
        let pack = writer.finish(self.program.rsplit('/').next().unwrap_or_default())?;
        let (key, root) = (String::new(), String::new());
        let unit = Unit { key, root, pack, revision, repository: None, as_of: fetch.now, failure: None };
        Ok(Fetched { units: vec![unit], notes, requests: 1, ..Fetched::default() })
    }

    /// Writes what the program printed into a pack. Gives what the user should know of it.
    fn write(&self, stdout: &[u8], writer: &mut PackWriter) -> Result<Vec<String>> {
        let text = content::text(stdout);
        match Content::of(&text).map_err(|why| self.unusable(&why))? {
            Content::Json(values) => self.write_json(values, writer),
            Content::Yaml => {
                let reading = descriptor::read(stdout, &origin());
                if reading.entities.is_empty() {
                    return Err(self.unusable(&content::begins(&text)));
                }
                let new = NewFile {
                    path: YAML_FILE,
                    validator: &sha256(stdout),
                    role: Role::Descriptor,
                    executable: false,
                };
                writer.add(new, stdout)?;
                reading.entities.iter().for_each(|entity| writer.declare(entity.reference.to_string()));
                Ok(Vec::new())
            }
        }
    }

    fn write_json(&self, values: Vec<&RawValue>, writer: &mut PackWriter) -> Result<Vec<String>> {
        let (all, mut kept, mut unread) = (values.len(), 0, None);
        let mut uses: HashMap<String, usize> = HashMap::new();
        for (index, value) in values.into_iter().enumerate() {
            let value: Value = match serde_json::from_str(value.get()) {
                Ok(value) => value,
                Err(error) => {
                    unread.get_or_insert_with(|| format!(" Number {} cannot be read: {error}.", index + 1));
                    continue;
                }
            };
            let bytes = serde_json::to_vec(&value).map_err(|error| self.unusable(&error.to_string()))?;
            let Some(entity) = Entity::from_value(value, origin()) else { continue };
            let reference = &entity.reference;
            let path = entity_path(reference);
            let count = uses.entry(path.clone()).or_default();
            *count += 1;
            // Two that claim one name stay two, so that the catalog can say so.
            let path = if *count == 1 { path } else { format!("{path}~{count}") };
            writer.add_entity(reference, &path, &sha256(&bytes), &bytes)?;
            kept += 1;
        }
        let unread = unread.unwrap_or_default();
        if kept == 0 && all > 0 {
            return Err(
                self.unusable(&format!("none of what it printed has a kind and a metadata.name.{unread}"))
            );
        }
        let left_out = format!(
            "{} of {all} things that {} printed have no kind or no metadata.name; they were left out.{unread}",
            all - kept,
            self.program
        );
        Ok(if kept < all { vec![left_out] } else { Vec::new() })
    }

    fn unusable(&self, why: &str) -> Error {
        let message = format!("{} printed no entities: {}.", self.program, why.trim_end_matches('.'));
        Error::new(ErrorKind::Unreachable, message)
            .with_hint("Run it by hand. It should print YAML documents, a JSON list of entities ([] for none), or one JSON entity a line.")
    }
}

impl Remote for Command {
    fn fetch<'a>(&'a self, fetch: Fetch<'a>) -> Pin<Box<dyn Future<Output = Result<Fetched>> + Send + 'a>> {
        Box::pin(self.run(fetch))
    }
}

fn origin() -> Origin {
    let source = SourceId::new("");
    Origin { source, path: YAML_FILE.into(), position: Position::default(), repository: None }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
