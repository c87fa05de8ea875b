//! A home of its own for the real binary, and what it said.

#![expect(clippy::disallowed_methods, reason = "a test makes its own folders and starts the binary")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// An empty home, a folder to stand in, and nothing of the environment of whoever runs the tests.
pub(crate) struct Home {
    dir: TempDir,
}

/// What a run said and how it ended.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("home")).unwrap();
        fs::create_dir(dir.path().join("here")).unwrap();
        Self { dir }
    }

    /// The folder that commands stand in.
    pub(crate) fn here(&self) -> PathBuf {
        self.dir.path().join("here")
    }

    /// Writes a file below the folder that commands stand in.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.here().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// The files in the cache, each with its folders.
    pub(crate) fn cached(&self) -> Vec<String> {
        files(&self.dir.path().join("home/.cache/callboard"))
    }

    /// Takes away every catalog of the cache, and leaves what was fetched.
    pub(crate) fn forget_catalogs(&self) {
        fs::remove_dir_all(self.dir.path().join("home/.cache/callboard/catalogs")).unwrap();
    }

    /// Puts files in the places of the folders that callboard keeps things in, which stops root too.
    pub(crate) fn keep_nothing(&self) {
        for name in [".cache", ".local"] {
            fs::write(self.dir.path().join("home").join(name), "").unwrap();
        }
    }

    /// The command, ready to be changed or run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.dir.path().join("home"))
            .env("TERM", "xterm-256color")
            .current_dir(self.here())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(&self.command(arguments).output().unwrap())
    }

    /// Runs with a text on stdin.
    pub(crate) fn fed(&self, text: &str, arguments: &[&str]) -> Said {
        let file = self.write("stdin", text);
        said(&self.command(arguments).stdin(fs::File::open(file).unwrap()).output().unwrap())
    }

    /// Runs on the bundled sample.
    pub(crate) fn demo(&self, arguments: &[&str]) -> Said {
        self.run(&[arguments, &["--demo"]].concat())
    }

    /// The envelope of a JSON answer from the bundled sample.
    pub(crate) fn demo_json(&self, arguments: &[&str]) -> Value {
        let said = self.demo(&[arguments, &["--json"]].concat());
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
    }
}

pub(crate) fn said(output: &Output) -> Said {
    Said {
        out: String::from_utf8(output.stdout.clone()).unwrap(),
        err: String::from_utf8(output.stderr.clone()).unwrap(),
        code: output.status.code(),
    }
}

/// Names of the files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// A component, as text of its descriptor.
pub(crate) fn component(name: &str, more: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\n{more}spec:\n  type: service\n  lifecycle: production\n  owner: team\n"
    )
}
