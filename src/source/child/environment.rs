//! The variables that a child process gets, and the programs that its `PATH` names.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::ChildError;

/// The variables that a child process gets. Its `PATH` has no relative and no empty entries, so that a program
/// that happens to lie in the current folder is never run.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The variables of this process.
    pub fn inherited() -> Self {
        Self::new(std::env::vars_os())
    }

    /// These variables.
    pub fn new<K: Into<OsString>, V: Into<OsString>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut variables: BTreeMap<OsString, OsString> =
            variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        if let Some(path) = variables.get_mut(OsStr::new("PATH")) {
            *path = cleaned(path);
        }
        Self { variables }
    }

    /// Those whose names are listed; `LC_*` stands for all that begin so.
    #[must_use]
    pub fn only(mut self, names: &[impl AsRef<str>]) -> Self {
        self.variables.retain(|name, _| is_listed(name, names));
        self
    }

    /// All but those whose names are listed; `GIT_*` stands for all that begin so.
    #[must_use]
    pub fn without(mut self, names: &[impl AsRef<str>]) -> Self {
        self.variables.retain(|name, _| !is_listed(name, names));
        self
    }

    /// With one variable more, or another value of it.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The value of one.
    pub fn value(&self, name: &str) -> Option<OsString> {
        self.variables.get(OsStr::new(name)).cloned()
    }

    /// All of them.
    pub(super) fn variables(&self) -> &BTreeMap<OsString, OsString> {
        &self.variables
    }

    /// A path with `~` for the home folder.
    pub fn place(&self, path: &Path) -> PathBuf {
        let home = self.variables.get(OsStr::new("HOME")).map(Path::new);
        match (path.strip_prefix("~"), home) {
            (Ok(below), Some(home)) => home.join(below),
            _ => path.to_owned(),
        }
    }

    /// The absolute path of a program: of the first folder of `PATH` that has it, or as it is where it is
    /// absolute or begins with `~/`. Another path is found nowhere.
    pub fn find(&self, program: &str) -> Result<PathBuf, ChildError> {
        let missing = || ChildError::NotInstalled { program: program.to_owned() };
        let not_runnable = |why, hint| ChildError::NotRunnable { program: program.to_owned(), why, hint };
        let place = self.place(Path::new(program));
        if place.is_absolute() {
            return match place.try_exists() {
                Ok(true) if is_executable(&place) => Ok(place),
                Ok(true) => {
                    Err(not_runnable("is no program", "Make it executable (chmod +x), or name another."))
                }
                _ => Err(not_runnable("does not exist", "Correct its path.")),
            };
        }
        if program.contains(std::path::is_separator) {
            let why = "is a relative path, and callboard may be started anywhere";
            return Err(not_runnable(why, "Write the whole path, from / or from ~/ on."));
        }
        let path =
            self.variables.get(OsStr::new("PATH")).filter(|_| !program.is_empty()).ok_or_else(missing)?;
        let places = std::env::split_paths(path).map(|folder| folder.join(program));
        places.into_iter().find(|place| is_executable(place)).ok_or_else(missing)
    }
}

/// Values may be secrets: only names are shown.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

fn cleaned(path: &OsStr) -> OsString {
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    std::env::join_paths(folders).unwrap_or_default()
}

fn is_listed(name: &OsStr, names: &[impl AsRef<str>]) -> bool {
    let name = name.to_string_lossy();
    names.iter().map(AsRef::as_ref).any(|listed| match listed.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == listed,
    })
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_folders_of_the_path_do_not_count() {
        let environment = Environment::new([("PATH", ".::bin:/bin:/usr/bin:")]);
        assert_eq!(environment.variables[OsStr::new("PATH")], "/bin:/usr/bin");
        assert!(environment.find("sh").unwrap().is_absolute());
        for nowhere in ["./sh", "bin/sh", "", "no-such-program", "/bin/no-such-program", "/bin"] {
            assert!(environment.find(nowhere).is_err(), "{nowhere}");
        }
    }

    #[test]
    fn a_program_that_cannot_be_run_is_told_from_one_that_is_missing() {
        let environment = Environment::new([("PATH", "/bin:/usr/bin"), ("HOME", "/usr")]);
        assert_eq!(environment.find("~/bin/env").unwrap(), Path::new("/usr/bin/env"));
        for (program, told) in [
            ("/bin/no-such-program", "does not exist"),
            ("~/no-such-program", "does not exist"),
            ("/etc/passwd", "is no program"),
            ("./sh", "is a relative path"),
            ("no-such-program", "is not installed"),
        ] {
            let error = environment.find(program).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{program} {told}")), "{error}");
        }
    }

    #[test]
    fn names_end_with_a_star_or_are_exact() {
        let all = Environment::new([("GIT_DIR", "x"), ("GITHUB", "y"), ("A", "z")]);
        assert_eq!(format!("{:?}", all.clone().without(&["GIT_*"])), r#"{"A", "GITHUB"}"#);
        assert_eq!(format!("{:?}", all.only(&["A", "GIT"])), r#"{"A"}"#);
    }
}
