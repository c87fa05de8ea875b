//! `fetch:template` over values: a skeleton's entries, rendered into the workspace. Knows the rules for paths,
//! for what is copied as it is and for what is left out; reads no file itself.

mod binary;
mod foreign;
mod globs;

use std::sync::Arc;

use serde_json::{Map, Value};

pub use globs::{GlobError, Globs};

use super::expression::{Delimiters, RenderError, Whitespace};
use super::render::{RenderOptions, render_text};
use super::workspace::{Node, Workspace, WorkspaceError, checked_folder, checked_path, join};

/// The extension that `templateFileExtension: true` stands for.
const DEFAULT_EXTENSION: &str = ".njk";

/// One entry of a skeleton, by its path below the skeleton's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkeletonEntry {
    /// The path, `/`-separated.
    pub path: String,
    /// What is there.
    pub node: Node,
}

/// The settings of one `fetch:template` step.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are the switches of the action, each on its own")]
pub struct SkeletonOptions {
    /// The folder of the workspace to render into; empty for its root.
    pub target: String,
    /// The values that expressions see; nothing where the step names none.
    pub values: Option<Value>,
    /// What is copied and not rendered.
    pub copy_only: Globs,
    /// The extension of the files that are rendered, with its dot; all files where there is none.
    pub extension: Option<String>,
    /// Whether files that are there are replaced.
    pub replace: bool,
    /// Whether the line break behind a block tag goes.
    pub trim_blocks: bool,
    /// Whether the blanks before a block tag go.
    pub lstrip_blocks: bool,
    /// Whether the skeleton was written for cookiecutter.
    pub cookiecutter: bool,
}

/// What a skeleton became.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The paths that were written, in order.
    pub written: Vec<String>,
    /// The paths that were there already and were kept.
    pub kept: Vec<String>,
    /// The absolute paths that a value made of a name. They are not written; a run refuses them.
    pub absolute: Vec<String>,
    /// What a person should know, such as an expression of a CI system that rendered to nothing.
    pub warnings: Vec<String>,
}

/// Why a skeleton cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SkeletonError {
    /// An input of the step has the wrong shape.
    #[error("the input {input:?} {why}")]
    Input {
        /// The name of the input.
        input: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A pattern cannot be read.
    #[error(transparent)]
    Glob(#[from] GlobError),
    /// A file or the name of a file does not render.
    #[error("{path}: {error}")]
    Render {
        /// The path in the skeleton.
        path: String,
        /// What is wrong, with its line.
        error: Box<RenderError>,
    },
    /// An entry cannot be made.
    #[error("{path}: {error}")]
    Place {
        /// The path in the skeleton.
        path: String,
        /// What is wrong.
        error: WorkspaceError,
    },
    /// The target cannot be used.
    #[error("targetPath: {0}")]
    Target(WorkspaceError),
}

impl SkeletonOptions {
    /// The settings in the rendered input of a step.
    pub fn from_input(input: &Map<String, Value>) -> Result<Self, SkeletonError> {
        let flag = |key: &str| input.get(key).and_then(Value::as_bool).unwrap_or(false);
        let patterns = match input.get("copyWithoutTemplating") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            Some(_) => {
                return Err(SkeletonError::Input {
                    input: "copyWithoutTemplating",
                    why: "is no list of patterns",
                });
            }
        };
        let extension = match input.get("templateFileExtension") {
            None | Some(Value::Null | Value::Bool(false)) => None,
            Some(Value::Bool(true)) => Some(DEFAULT_EXTENSION.to_owned()),
            Some(Value::String(text)) if text.starts_with('.') => Some(text.clone()),
            Some(Value::String(text)) if !text.is_empty() => Some(format!(".{text}")),
            Some(_) => {
                return Err(SkeletonError::Input {
                    input: "templateFileExtension",
                    why: "is no extension and not true",
                });
            }
        };
        let cookiecutter = flag("cookiecutterCompat");
        if extension.is_some() && (input.contains_key("copyWithoutTemplating") || cookiecutter) {
            let why = "cannot be combined with copyWithoutTemplating or cookiecutterCompat";
            return Err(SkeletonError::Input { input: "templateFileExtension", why });
        }
        let target = input.get("targetPath").and_then(Value::as_str).unwrap_or("./");
        Ok(Self {
            target: checked_folder(target).map_err(SkeletonError::Target)?,
            values: input.get("values").cloned(),
            copy_only: Globs::new(patterns)?,
            extension,
            replace: flag("replace"),
            trim_blocks: flag("trimBlocks"),
            lstrip_blocks: flag("lstripBlocks"),
            cookiecutter,
        })
    }
}

/// Renders a skeleton into the workspace. The first fault ends it; what was written before stays.
pub fn render(
    entries: &[SkeletonEntry],
    options: &SkeletonOptions,
    rendering: &RenderOptions,
    workspace: &mut Workspace,
) -> Result<Rendered, SkeletonError> {
    let mut scope = Map::new();
    if let Some(values) = &options.values {
        let name = if options.cookiecutter { "cookiecutter" } else { "values" };
        scope.insert(name.to_owned(), values.clone());
    }
    let walk = Renderer {
        options,
        scope: Value::Object(scope),
        text: RenderOptions {
            delimiters: if options.cookiecutter { Delimiters::Cookiecutter } else { Delimiters::Backstage },
            whitespace: Whitespace { trim_blocks: options.trim_blocks, lstrip_blocks: options.lstrip_blocks },
            ..rendering.clone()
        },
    };
    let mut rendered = Rendered::default();
    for entry in entries {
        walk.entry(entry, workspace, &mut rendered)?;
    }
    Ok(rendered)
}

struct Renderer<'a> {
    options: &'a SkeletonOptions,
    scope: Value,
    text: RenderOptions,
}

impl Renderer<'_> {
    fn entry(
        &self,
        entry: &SkeletonEntry,
        workspace: &mut Workspace,
        rendered: &mut Rendered,
    ) -> Result<(), SkeletonError> {
        let place = |error| SkeletonError::Place { path: entry.path.clone(), error };
        let (source, is_rendered) = self.treatment(entry);
        let Some(path) = self.path(entry, source, rendered)? else { return Ok(()) };
        let path = join(&self.options.target, &checked_path(&path).map_err(place)?);
        if workspace.get(&path).is_some() && !self.options.replace {
            if !matches!(entry.node, Node::Directory) {
                rendered.kept.push(path);
            }
            return Ok(());
        }
        let node = match &entry.node {
            Node::File { bytes, mode } if is_rendered && !binary::is_binary(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                if !self.options.cookiecutter {
                    rendered.warnings.extend(foreign::warning(&entry.path, &text));
                }
                let text = self.render(entry, &text)?;
                Node::File { bytes: Arc::from(text.into_bytes()), mode: *mode }
            }
            other => other.clone(),
        };
        let is_directory = matches!(node, Node::Directory);
        workspace.put(&path, node).map_err(place)?;
        if !is_directory {
            rendered.written.push(path);
        }
        Ok(())
    }

    /// The name to render, and whether the content is rendered too.
    fn treatment<'e>(&self, entry: &'e SkeletonEntry) -> (&'e str, bool) {
        let Some(extension) = self.options.extension.as_deref() else {
            return (&entry.path, !self.options.copy_only.choose(&entry.path));
        };
        let name = entry.path.rsplit('/').next().unwrap_or(&entry.path);
        let is_file = !matches!(entry.node, Node::Directory);
        // `.njk` alone is a name, not an extension.
        match entry.path.strip_suffix(extension).filter(|_| is_file && name.len() > extension.len()) {
            Some(bare) => (bare, true),
            None => (&entry.path, false),
        }
    }

    /// The rendered path; nothing where it drops the entry: an empty path or an empty part is how a template
    /// says that a file is not wanted.
    fn path(
        &self,
        entry: &SkeletonEntry,
        source: &str,
        rendered: &mut Rendered,
    ) -> Result<Option<String>, SkeletonError> {
        let is_directory = matches!(entry.node, Node::Directory);
        let path = if is_directory {
            self.render(entry, &format!("{source}/"))?
        } else {
            self.render(entry, source)?
        };
        // `docs/` for a file is `docs/` and a name that is empty: the file is not wanted either.
        let is_nameless = !is_directory && path.ends_with('/');
        if path.is_empty() || path.starts_with('/') || path.contains("//") || is_nameless {
            // More slashes than the name has were brought by a value: that is no file left out, but a place.
            let slashes = |text: &str| text.matches('/').count();
            if path.starts_with('/') && slashes(path.trim_end_matches('/')) > slashes(source) {
                rendered.absolute.push(path);
            }
            return Ok(None);
        }
        Ok(Some(if is_directory { path.trim_end_matches('/').to_owned() } else { path }))
    }

    fn render(&self, entry: &SkeletonEntry, source: &str) -> Result<String, SkeletonError> {
        // Most files of most skeletons hold no expression at all.
        let opens = if self.options.cookiecutter { "{{" } else { "${{" };
        if ![opens, "{%", "{#"].iter().any(|tag| source.contains(tag)) {
            return Ok(source.to_owned());
        }
        render_text(source, &self.scope, &self.text)
            .map_err(|error| SkeletonError::Render { path: entry.path.clone(), error: Box::new(error) })
    }
}

#[cfg(test)]
mod tests;
