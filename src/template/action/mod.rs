//! Actions, carried out in memory: every one of them writes into the workspace and nowhere else. What reaches
//! outside is left out and said so. A new action is one function here, one row in [`known`] and its test.

mod catalog;
mod fetch;
mod files;
mod known;
mod outside;

use serde_json::{Map, Value};

pub use known::{KNOWN, Known, Reach, known};

use super::form::nearest;
use super::render::RenderOptions;
use super::secret::Secrets;
use super::skeleton::SkeletonEntry;
use super::workflow::{Actions, Call, Deed, Outcome};
use super::workspace::{Node, Workspace};
use crate::catalog::EntityRef;

/// Why files cannot be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FetchError {
    /// They are in another place, which nothing is fetched from: the step reaches outside.
    Elsewhere,
    /// They cannot be read, in plain words.
    Failed(String),
}

/// Why a call was not done.
enum Undone {
    /// It reaches outside.
    Outside(&'static str),
    /// It failed.
    Failed(String),
}

impl From<String> for Undone {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl From<FetchError> for Undone {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Elsewhere => Self::Outside("fetches files from another place"),
            FetchError::Failed(message) => Self::Failed(message),
        }
    }
}

/// What a run may look at: the files of the template's own repository and the catalog.
pub trait Surroundings {
    /// The entries below a folder, by a `url` as the step names it; folders before what they hold.
    fn fetch(&self, url: &str) -> Result<Vec<SkeletonEntry>, FetchError>;

    /// One file, by a `url` as the step names it.
    fn fetch_file(&self, url: &str) -> Result<Node, FetchError>;

    /// An entity of the catalog, as its whole document.
    fn entity(&self, reference: &EntityRef) -> Result<Option<Value>, String>;
}

/// Carries out actions in a workspace.
pub struct Carrier<'a> {
    workspace: Workspace,
    surroundings: &'a dyn Surroundings,
    template: &'a EntityRef,
    hidden: &'a Secrets,
    options: &'a RenderOptions,
}

impl<'a> Carrier<'a> {
    /// Starts with an empty workspace.
    pub fn new(
        surroundings: &'a dyn Surroundings,
        template: &'a EntityRef,
        hidden: &'a Secrets,
        options: &'a RenderOptions,
    ) -> Self {
        Self { workspace: Workspace::default(), surroundings, template, hidden, options }
    }

    /// The tree that was made.
    pub fn into_workspace(self) -> Workspace {
        self.workspace
    }

    fn here(&mut self, call: &Call<'_>, known: &Known) -> Result<(Map<String, Value>, Deed), Undone> {
        for name in known.required {
            if !call.input.contains_key(*name) {
                return Err(format!("the input {name:?} is missing").into());
            }
        }
        let nothing = Map::new();
        let mut done = match call.step.action.as_str() {
            "fetch:template" => (nothing, self.fetch_template(call)?),
            "fetch:plain" => (nothing, self.fetch_plain(call)?),
            "fetch:plain:file" => (nothing, self.fetch_plain_file(call)?),
            "catalog:write" => (nothing, self.catalog_write(call)?),
            "catalog:fetch" => self.catalog_fetch(call)?,
            "fs:rename" => (nothing, self.rename(call)?),
            "fs:delete" => (nothing, self.delete(call)?),
            "roadiehq:utils:fs:write" => (nothing, self.write(call)?),
            "debug:log" => (nothing, self.log(call)),
            "debug:wait" => {
                let does = "does not wait: nothing here needs time".to_owned();
                (nothing, Deed { does, ..Deed::default() })
            }
            other => return Err(format!("the action {other:?} is not carried out here").into()),
        };
        done.1.warnings.extend(misspelt(call.step.input.keys(), known));
        done.1 = self.masked(done.1);
        Ok(done)
    }

    fn left_out(&self, call: &Call<'_>, does: &str) -> Outcome {
        let subject = Self::subject(call);
        let does = if subject.is_empty() { does.to_owned() } else { format!("{does}: {subject}") };
        Outcome::LeftOut { output: self.stand_in(call), deed: self.masked(Deed { does, ..Deed::default() }) }
    }

    fn log(&self, call: &Call<'_>) -> Deed {
        let mut deed = Deed { does: "says".to_owned(), ..Deed::default() };
        match call.shown.get("message") {
            Some(Value::String(message)) => deed.messages.push(message.clone()),
            Some(other) => deed.messages.push(other.to_string()),
            None => {}
        }
        if call.shown.get("listWorkspace").is_some_and(|list| *list != Value::Bool(false)) {
            deed.messages.extend(self.workspace.entries().map(|(path, _)| path.to_owned()));
        }
        deed
    }

    fn masked(&self, deed: Deed) -> Deed {
        let mask = |texts: Vec<String>| texts.iter().map(|text| self.hidden.mask(text)).collect();
        Deed {
            does: self.hidden.mask(&deed.does),
            paths: mask(deed.paths),
            messages: mask(deed.messages),
            warnings: mask(deed.warnings),
        }
    }
}

impl Actions for Carrier<'_> {
    fn carry_out(&mut self, call: Call<'_>) -> Outcome {
        match known(&call.step.action) {
            Some(known @ Known { reach: Reach::Here, .. }) => match self.here(&call, known) {
                Ok((output, deed)) => Outcome::Done { output, deed },
                Err(Undone::Outside(does)) => self.left_out(&call, does),
                Err(Undone::Failed(error)) => Outcome::Failed(error),
            },
            Some(Known { reach: Reach::Outside(does), .. }) => self.left_out(&call, does),
            None => {
                let does = format!("the action {} is not known here", call.step.action);
                Outcome::LeftOut { output: Map::new(), deed: Deed { does, ..Deed::default() } }
            }
        }
    }
}

/// Warnings for inputs that an action does not take.
pub(super) fn misspelt<'a>(inputs: impl Iterator<Item = &'a String>, known: &Known) -> Vec<String> {
    if known.reach != Reach::Here {
        return Vec::new();
    }
    let unknown = inputs.filter(|name| !known.inputs().any(|taken| taken == name.as_str()));
    unknown
        .map(|name| {
            let near = nearest(name, known.inputs()).map(|near| format!("; did you mean {near}?"));
            format!("{} takes no input {name:?}{}", known.id, near.unwrap_or_else(|| ".".to_owned()))
        })
        .collect()
}

/// A text among the inputs.
fn text<'a>(input: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    input.get(name).and_then(Value::as_str).ok_or_else(|| format!("the input {name:?} is no text"))
}

#[cfg(test)]
mod tests;
