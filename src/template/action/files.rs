//! `fs:rename`, `fs:delete` and `roadiehq:utils:fs:write`: changes to the tree that a run makes.

use serde_json::Value;

use super::{Carrier, text};
use crate::number::noun;
use crate::template::skeleton::Globs;
use crate::template::workflow::{Call, Deed};
use crate::template::workspace::{Node, PLAIN_MODE, checked_path};

impl Carrier<'_> {
    pub(super) fn rename(&mut self, call: &Call<'_>) -> Result<Deed, String> {
        let Some(Value::Array(files)) = call.input.get("files") else {
            return Err("the input \"files\" is no list of from and to".to_owned());
        };
        let mut deed = Deed { does: format!("renames {}", count(files.len())), ..Deed::default() };
        for file in files {
            let part =
                |key: &str| file.get(key).and_then(Value::as_str).map(|path| path.trim_start_matches("./"));
            let (Some(from), Some(to)) = (part("from"), part("to")) else {
                return Err("an entry of \"files\" names no from and to".to_owned());
            };
            let overwrite = file.get("overwrite").and_then(Value::as_bool).unwrap_or(false);
            let (from, to) = (from.trim_end_matches('/'), to.trim_end_matches('/'));
            self.workspace.rename(from, to, overwrite).map_err(|error| error.to_string())?;
            deed.paths.push(to.to_owned());
        }
        Ok(deed)
    }

    pub(super) fn delete(&mut self, call: &Call<'_>) -> Result<Deed, String> {
        let Some(Value::Array(files)) = call.input.get("files") else {
            return Err("the input \"files\" is no list of paths".to_owned());
        };
        let mut deed = Deed::default();
        for file in files {
            let Some(pattern) = file.as_str() else {
                return Err("an entry of \"files\" is no path".to_owned());
            };
            let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
            checked_path(pattern).map_err(|error| error.to_string())?;
            let globs = Globs::new([pattern]).map_err(|error| error.to_string())?;
            let chosen: Vec<String> = self
                .workspace
                .entries()
                .map(|(path, _)| path.to_owned())
                .filter(|path| globs.choose(path))
                .collect();
            if chosen.is_empty() {
                deed.warnings.push(format!("{}: there is nothing to delete.", self.hidden.mask(pattern)));
            }
            for path in chosen {
                // What lay below a folder went with it.
                if self.workspace.remove(&path) {
                    deed.paths.push(path);
                }
            }
        }
        deed.does = format!("deletes {}", count(deed.paths.len()));
        Ok(deed)
    }

    pub(super) fn write(&mut self, call: &Call<'_>) -> Result<Deed, String> {
        let path = text(call.input, "path")?;
        let path = checked_path(path.trim_start_matches("./")).map_err(|error| error.to_string())?;
        let content = match call.input.get("content") {
            Some(Value::String(content)) => content.clone(),
            Some(other) => other.to_string(),
            None => return Err("the input \"content\" is missing".to_owned()),
        };
        let node = Node::File { bytes: content.into_bytes().into(), mode: PLAIN_MODE };
        self.workspace.put(&path, node).map_err(|error| error.to_string())?;
        Ok(Deed { does: format!("writes {path}"), paths: vec![path], ..Deed::default() })
    }
}

fn count(files: usize) -> String {
    format!("{files} {}", noun(files as u64, "entry"))
}
