//! The environment as a value: read once, by `main`, and passed on. Nothing else asks the process for its
//! variables, so tests own them and no answer changes while the program runs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variables and the working folder that the program was started with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, OsString>,
    working_dir: PathBuf,
    /// The home folder that the system knows, for a process without `HOME`.
    system_home: Option<PathBuf>,
}

impl Environment {
    /// Reads the environment of this process.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn read() -> Self {
        // Where somebody removed it, only what is named below it is missed.
        let working_dir = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        // A variable whose name is no text cannot be one of ours.
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect();
        let system_home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        Self { variables, working_dir, system_home }
    }

    /// An environment made of values, for tests and for embedding.
    pub fn new<N, V>(working_dir: impl Into<PathBuf>, variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<OsString>,
    {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, working_dir: working_dir.into(), system_home: None }
    }

    /// A variable as text. Empty means unset, as the conventions of `NO_COLOR` and XDG say; a value that is
    /// no text is unset too.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.to_str().filter(|value| !value.is_empty())
    }

    /// All variables that are text.
    pub fn texts(&self) -> impl Iterator<Item = (String, String)> {
        self.variables.iter().filter_map(|(name, value)| Some((name.clone(), value.to_str()?.to_owned())))
    }

    /// A variable as an absolute path. XDG says that a relative one must be ignored.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.variables.get(name).map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// Whether a variable is set to anything but nothing.
    pub fn has(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|value| !value.is_empty())
    }

    /// The home folder.
    pub fn home(&self) -> Option<PathBuf> {
        self.path("HOME").or_else(|| self.system_home.clone())
    }

    /// The folder the program was started in.
    pub fn working_dir(&self) -> &Path {
        &self.working_dir
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_unset() {
        let environment = Environment::new("/", [("NO_COLOR", ""), ("TERM", "xterm")]);
        assert!(!environment.has("NO_COLOR"));
        assert_eq!(environment.text("NO_COLOR"), None);
        assert_eq!(environment.text("TERM"), Some("xterm"));
    }

    #[test]
    fn a_relative_path_is_ignored() {
        let environment = Environment::new("/", [("XDG_CONFIG_HOME", "here"), ("HOME", "/home/jane")]);
        assert_eq!(environment.path("XDG_CONFIG_HOME"), None);
        assert_eq!(environment.path("HOME"), Some(PathBuf::from("/home/jane")));
    }
}
