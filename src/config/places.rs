//! The folders that callboard keeps things in, made from the environment. Creates none of them.

use std::path::PathBuf;

use super::Environment;
use crate::error::{Error, ErrorKind, Result};

const NAME: &str = "callboard";

/// Folders, absolute. XDG's variables decide everywhere; where one is not set, its default under the home
/// folder does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The user's configuration: `config.yaml` and `themes/`.
    pub config: PathBuf,
    /// Snapshots of the catalog; may be deleted at any time.
    pub cache: PathBuf,
    /// What the program remembers: pins, recents, journals.
    pub state: PathBuf,
    /// What the user added that is no configuration.
    pub data: PathBuf,
    /// Configuration of the machine, the strongest first.
    pub system: Vec<PathBuf>,
    /// The home folder, which `~` stands for.
    pub home: PathBuf,
}

impl Places {
    /// The places of an environment.
    pub fn new(environment: &Environment) -> Result<Self> {
        let home = environment.home().ok_or_else(|| {
            Error::new(ErrorKind::Usage, "The home folder is not known: HOME is not set.")
                .with_hint("Set HOME to a folder that callboard may keep its cache and configuration in.")
        })?;
        let place =
            |variable, usual: &str| environment.path(variable).unwrap_or_else(|| home.join(usual)).join(NAME);
        let mut system: Vec<PathBuf> = environment
            .text("XDG_CONFIG_DIRS")
            .into_iter()
            .flat_map(|dirs| dirs.split(':'))
            .map(PathBuf::from)
            .filter(|dir| dir.is_absolute())
            .map(|dir| dir.join(NAME))
            .collect();
        system.push(PathBuf::from("/etc").join(NAME));
        Ok(Self {
            config: place("XDG_CONFIG_HOME", ".config"),
            cache: place("XDG_CACHE_HOME", ".cache"),
            state: place("XDG_STATE_HOME", ".local/state"),
            data: place("XDG_DATA_HOME", ".local/share"),
            system,
            home,
        })
    }

    /// The user's configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.config.join("config.yaml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xdg_decides_and_home_has_the_defaults() {
        let environment = Environment::new(
            "/",
            [("HOME", "/home/jane"), ("XDG_CACHE_HOME", "/scratch"), ("XDG_CONFIG_DIRS", "/opt/etc:rel")],
        );
        let places = Places::new(&environment).unwrap();
        assert_eq!(places.config_file(), PathBuf::from("/home/jane/.config/callboard/config.yaml"));
        assert_eq!(places.cache, PathBuf::from("/scratch/callboard"));
        assert_eq!(places.state, PathBuf::from("/home/jane/.local/state/callboard"));
        assert_eq!(places.system, [PathBuf::from("/opt/etc/callboard"), PathBuf::from("/etc/callboard")]);
    }

    #[test]
    fn without_a_home_the_way_out_is_said() {
        let nobody = Environment::new("/", [("PATH", "/bin")]);
        assert!(Places::new(&nobody).unwrap_err().hint().is_some_and(|hint| hint.contains("HOME")));
    }
}
