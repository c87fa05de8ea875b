//! `callboard config`: what is configured, where that stands, and what in it has no effect.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cli::Session;
use crate::cli::failure::{Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Table, span};
use crate::config::{ConfigProblem, DEFAULT, LayerSource, Loaded, SCHEMA};
use crate::error::{Error, ErrorKind};
use crate::tui::command::{COMMANDS, Context};
use crate::tui::keymap::{Keymap, KeymapError};

/// Shows and checks the configuration.
#[derive(Debug, Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Shows every value that counts, and where it comes from.
    Show,
    /// Prints the path of your configuration file, whether it exists or not.
    Path,
    /// Tells what in the configuration has no effect; ends with 1 when there is something.
    Check,
    /// Prints the built-in configuration with its explanations, as a file to begin with.
    Default,
    /// Prints the JSON schema of the configuration, by which editors complete and check it.
    Schema,
}

impl Config {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        match self.action {
            Action::Show => show(session),
            Action::Path => {
                let own = session.places()?.config_file();
                let path = session.options.config.clone().unwrap_or(own).display().to_string();
                if session.options.json {
                    let item = json!({ "path": path });
                    session.printer.json(&Envelope::without_catalog("config-path", vec![item]))?;
                } else {
                    session.printer.text(&path)?;
                }
                Ok(Verdict::Done)
            }
            Action::Check => check(session),
            Action::Default => {
                session.printer.lines(DEFAULT)?;
                Ok(Verdict::Done)
            }
            Action::Schema => {
                session.printer.lines(&format!("{:#}\n", schema()?))?;
                Ok(Verdict::Done)
            }
        }
    }
}

fn show(session: &mut Session) -> Outcome {
    let settings = session.configuration()?.settings();
    if session.options.json {
        let items = settings.iter().map(|setting| {
            let layer = match &setting.source {
                LayerSource::Default => "default",
                LayerSource::File(_) => "file",
                LayerSource::Environment => "environment",
                LayerSource::CommandLine => "commandLine",
            };
            json!({ "key": setting.key, "value": setting.value, "layer": layer, "origin": setting.origin })
        });
        session.printer.json(&Envelope::without_catalog("config-show", items.collect()))?;
        return Ok(Verdict::Done);
    }
    let mut table = Table::new(&["key", "value", "from"]);
    for setting in settings {
        table.row([setting.key.into(), setting.value.to_string().into(), span(Meaning::Dim, setting.origin)]);
    }
    table.print(&mut session.printer)?;
    Ok(Verdict::Done)
}

/// The schema with the places and the commands that keys are for.
fn schema() -> Result<Value, Error> {
    let mut schema: Value = serde_json::from_str(SCHEMA)
        .map_err(|error| Error::new(ErrorKind::Failed, format!("The schema is no JSON: {error}.")))?;
    let commands = COMMANDS.iter().map(|row| row.id).chain(["none"]).map(Value::from);
    let commands: Vec<Value> = commands.chain([Value::Null]).collect();
    let place = json!({ "type": "object", "additionalProperties": { "enum": commands } });
    let places = Context::ALL.iter().map(|context| (context.name().to_owned(), place.clone()));
    let keys = &mut schema["properties"]["keys"];
    keys["properties"] = Value::Object(places.collect());
    keys["additionalProperties"] = false.into();
    Ok(schema)
}

fn check(session: &mut Session) -> Outcome {
    let mut loaded = session.configuration()?;
    let keys = key_problems(&loaded);
    loaded.problems.extend(keys);
    loaded.problems.extend(loaded.check_sources());
    let verdict = if loaded.problems.is_empty() { Verdict::Done } else { Verdict::Findings };
    if session.options.json {
        let items = loaded.problems.iter();
        let items = items.map(|problem| json!({ "origin": problem.origin, "message": problem.message }));
        session.printer.json(&Envelope::without_catalog("config-check", items.collect()))?;
        return Ok(verdict);
    }
    for problem in &loaded.problems {
        let origin = span(Meaning::Strong, problem.origin.as_str());
        session.printer.line([origin, ": ".into(), problem.message.as_str().into()])?;
    }
    if loaded.problems.is_empty() {
        let files: Vec<_> = loaded.files().map(|file| file.display().to_string()).collect();
        let what = if files.is_empty() { "the built-in configuration".to_owned() } else { files.join(", ") };
        session.printer.text(&format!("{what}: everything has an effect."))?;
    }
    Ok(verdict)
}

/// Key bindings that name no context or command there is, and keys that can never be reached.
fn key_problems(loaded: &Loaded) -> Vec<ConfigProblem> {
    let contexts: Vec<_> = Context::ALL.iter().map(|context| context.name()).collect();
    let mut commands: Vec<_> = COMMANDS.iter().map(|row| row.id).collect();
    commands.push("none");
    let mut problems = loaded.check_keys(&contexts, &commands);
    let (_, complaints) = Keymap::new(&loaded.config.keys);
    // Names that mean nothing are told above, with their places.
    let of_keys = |it: &&KeymapError| matches!(it, KeymapError::Chord { .. } | KeymapError::Shadowed { .. });
    problems.extend(
        complaints
            .iter()
            .filter(of_keys)
            .map(|complaint| ConfigProblem { origin: "keys".to_owned(), message: complaint.to_string() }),
    );
    problems
}
