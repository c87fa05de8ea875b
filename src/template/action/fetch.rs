//! `fetch:template`, `fetch:plain`, `fetch:plain:file`: files of the template's own repository into the tree.

use serde_json::Value;

use super::{Carrier, FetchError, Undone, text};
use crate::template::skeleton::{self, SkeletonEntry, SkeletonOptions};
use crate::template::workflow::{Call, Deed};
use crate::template::workspace::{Node, WorkspaceError, checked_folder, checked_path, join};

impl Carrier<'_> {
    pub(super) fn fetch_template(&mut self, call: &Call<'_>) -> Result<Deed, Undone> {
        let url = text(call.input, "url")?;
        let options = SkeletonOptions::from_input(call.input).map_err(|error| error.to_string())?;
        let mut deed = Deed::default();
        let entries = self.skeleton(url, &mut deed)?;
        let rendered = skeleton::render(&entries, &options, self.options, &mut self.workspace)
            .map_err(|error| error.to_string())?;
        if let Some(path) = rendered.absolute.first() {
            return Err(WorkspaceError::Escape(path.clone()).to_string().into());
        }
        deed.does = format!("renders {} into {}", shown(call, "url"), folder(&options.target));
        deed.warnings.extend(rendered.warnings);
        if call.input.contains_key("copyWithoutRender") {
            deed.warnings.push(
                "copyWithoutRender is the old name and does nothing; write copyWithoutTemplating.".to_owned(),
            );
        }
        if !rendered.kept.is_empty() {
            deed.warnings.push(format!("kept as they were: {}", rendered.kept.join(", ")));
        }
        deed.paths = rendered.written;
        Ok(deed)
    }

    pub(super) fn fetch_plain(&mut self, call: &Call<'_>) -> Result<Deed, Undone> {
        let url = text(call.input, "url")?;
        let target = call.input.get("targetPath").and_then(Value::as_str).unwrap_or("./");
        let target = checked_folder(target).map_err(|error| format!("targetPath: {error}"))?;
        let mut deed = Deed {
            does: format!("copies {} into {}", shown(call, "url"), folder(&target)),
            ..Deed::default()
        };
        for entry in self.skeleton(url, &mut deed)? {
            let path = join(&target, &entry.path);
            let is_directory = entry.node == Node::Directory;
            self.workspace.put(&path, entry.node).map_err(|error| error.to_string())?;
            if !is_directory {
                deed.paths.push(path);
            }
        }
        Ok(deed)
    }

    pub(super) fn fetch_plain_file(&mut self, call: &Call<'_>) -> Result<Deed, Undone> {
        let url = text(call.input, "url")?;
        let target = text(call.input, "targetPath")?;
        let path = checked_path(target.trim_start_matches("./")).map_err(|error| error.to_string())?;
        let node = self.surroundings.fetch_file(url)?;
        self.workspace.put(&path, node).map_err(|error| error.to_string())?;
        Ok(Deed {
            does: format!("copies {} to {}", shown(call, "url"), shown(call, "targetPath")),
            paths: vec![path],
            ..Deed::default()
        })
    }

    /// The entries of a folder of the repository, without the links that lead out of it.
    fn skeleton(&self, url: &str, deed: &mut Deed) -> Result<Vec<SkeletonEntry>, FetchError> {
        let mut entries = self.surroundings.fetch(url)?;
        entries.retain(|entry| {
            let stays = match &entry.node {
                Node::Symlink { target } => stays_inside(&entry.path, target),
                _ => true,
            };
            if !stays {
                deed.warnings.push(format!("{}: the link leads out of the skeleton; left out.", entry.path));
            }
            stays
        });
        Ok(entries)
    }
}

/// Whether a link's target stays in the skeleton: relative, and never above its root.
fn stays_inside(path: &str, target: &str) -> bool {
    if target.is_empty() || target.starts_with('/') || target.contains(['\\', '\0']) {
        return false;
    }
    let mut depth = path.matches('/').count();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." if depth == 0 => return false,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    true
}

/// An input as it may be shown.
fn shown<'a>(call: &'a Call<'_>, name: &str) -> &'a str {
    call.shown.get(name).and_then(Value::as_str).unwrap_or("")
}

fn folder(target: &str) -> &str {
    if target.is_empty() { "." } else { target }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_may_not_lead_out_of_the_skeleton() {
        assert!(stays_inside("a/b/link", "../c"));
        assert!(stays_inside("link", "missing"));
        assert!(!stays_inside("link", "../x"));
        assert!(!stays_inside("a/link", "../../x"));
        assert!(!stays_inside("a/link", "b/../../../x"));
        assert!(!stays_inside("link", "/etc/passwd"));
    }
}
