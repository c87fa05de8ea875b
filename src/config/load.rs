//! Puts the layers together: what is built in, files, environment, command line.

use std::path::PathBuf;

use serde_json::Value;

use super::check::{ConfigProblem, unknown, unknown_keys};
use super::layer::{Layer, LayerSource};
use super::merged::{Merged, Setting, key};
use super::settings::Config;
use super::sources::{self, Bases};
use super::{Environment, Places, read};
use crate::error::{Error, ErrorKind, Result};

/// The defaults, as the file that documents them.
pub const DEFAULT: &str = include_str!("../../config/default.yaml");

/// Keys that a variable may set, with the variable. `CALLBOARD_` variables beside these are not ours.
const VARIABLES: [(&str, &str); 4] = [
    ("CALLBOARD_USER", "/user"),
    ("CALLBOARD_THEME", "/theme"),
    ("CALLBOARD_UI_SYMBOLS", "/ui/symbols"),
    ("CALLBOARD_UI_MOUSE", "/ui/mouse"),
];

/// What the command line says about the configuration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// The file to read instead of the user's own.
    pub file: Option<PathBuf>,
    /// Values by JSON pointer, such as `/theme`.
    pub values: Vec<(String, Value)>,
}

/// The configuration, where each value comes from, and what in it has no effect.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// What has no effect.
    pub problems: Vec<ConfigProblem>,
    merged: Merged,
}

impl Loaded {
    /// Every value that counts, with its origin.
    pub fn settings(&self) -> Vec<Setting> {
        self.merged.settings()
    }

    /// The files that were read, the weakest first.
    pub fn files(&self) -> impl Iterator<Item = &std::path::Path> {
        self.merged.layers().iter().filter_map(|layer| match &layer.source {
            LayerSource::File(path) => Some(path.as_path()),
            _ => None,
        })
    }

    /// The sources that fail whenever they are read: their place cannot be what it says, or is not there. Looks at
    /// folders, so that it is for those who ask.
    pub fn check_sources(&self) -> Vec<ConfigProblem> {
        sources::check(&self.merged, &self.config.sources)
    }

    /// The key bindings that name no place or no command there is.
    pub fn check_keys(&self, contexts: &[&str], commands: &[&str]) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        for (context, chords) in &self.config.keys {
            let pointer = format!("/keys/{}", context.replace('~', "~0").replace('/', "~1"));
            if !contexts.contains(&context.as_str()) {
                problems.push(ConfigProblem {
                    origin: self.merged.origin(&pointer),
                    message: unknown("place for keys", context, context, contexts.iter().copied()),
                });
                continue;
            }
            for (chord, command) in chords {
                let Some(command) = command.as_ref().filter(|command| !commands.contains(&command.as_str()))
                else {
                    continue;
                };
                let pointer = format!("{pointer}/{}", chord.replace('~', "~0").replace('/', "~1"));
                problems.push(ConfigProblem {
                    origin: self.merged.origin(&pointer),
                    message: unknown(
                        "command",
                        &format!("{}: {command}", key(&pointer)),
                        command,
                        commands.iter().copied(),
                    ),
                });
            }
        }
        problems
    }
}

/// Reads the configuration. A file that cannot be read or understood is an error; a key that means nothing
/// is a problem beside a configuration that works.
pub fn load(environment: &Environment, places: &Places, overrides: &Overrides) -> Result<Loaded> {
    let mut layers = vec![Layer::parse(LayerSource::Default, DEFAULT.to_owned())?];
    for dir in places.system.iter().rev() {
        layers.extend(read::layer(&dir.join("config.yaml"))?);
    }
    match &overrides.file {
        None => layers.extend(read::layer(&places.config_file())?),
        Some(file) => {
            let file = environment.working_dir().join(file);
            let layer = read::layer(&file)?.ok_or_else(|| {
                Error::new(ErrorKind::Usage, format!("{}: it does not exist.", LayerSource::File(file)))
                    .with_hint("Name a file that exists after --config, or leave it out.")
            })?;
            layers.push(layer);
        }
    }
    let variables = VARIABLES
        .iter()
        .filter_map(|(name, pointer)| Some(((*pointer).to_owned(), scalar(environment.text(name)?))));
    layers.push(Layer::of_values(LayerSource::Environment, variables));
    layers.push(Layer::of_values(LayerSource::CommandLine, overrides.values.iter().cloned()));
    let merged = Merged::new(layers);
    let bases = Bases { home: &places.home, working_dir: environment.working_dir() };
    let (config, left_out) = Config::new(&merged, &bases)?;
    let mut problems = unknown_keys(&merged);
    problems.extend(left_out);
    Ok(Loaded { config, problems, merged })
}

/// The value in a variable: `true` and `false` are what they say, everything else is text.
fn scalar(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::String(text.to_owned()),
    }
}
