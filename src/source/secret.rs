//! Secrets: tokens that are sent to one place and shown nowhere, and where they come from.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, de};
use url::Url;

use super::Variables;
use super::child::Process;
use super::directory_tree::RegularFile;
use super::git::GitProgram;
use crate::error::{Error, ErrorKind, Result};

/// Bytes of a secret; a longer one is a file that was named by mistake.
const MAX_BYTES: u64 = 64 << 10;

/// How long a program that prints a token may take: it may ask a key ring.
const COMMAND_TIME: Duration = Duration::from_secs(30);

/// Letters from which a secret is looked for in texts; a shorter one would redact half the language.
const MIN_REDACTED: usize = 6;

/// What stands in the place of a secret.
const MASK: &str = "***";

/// A text that cannot be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The secret in a text, without the line end that files and programs put behind it.
    pub fn new(text: &str) -> Self {
        Self(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The text, for the one place that it is sent to.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A text without this secret, as it is, percent-encoded or in base64: servers echo what they are sent.
    pub fn redact(&self, text: &str) -> String {
        if self.0.len() < MIN_REDACTED {
            return text.to_owned();
        }
        let encoded: String = url::form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        let mut redacted = text.replace(&self.0, MASK);
        if encoded != self.0 {
            redacted = redacted.replace(&encoded, MASK);
        }
        // Base64 of it alone, and as the password of a user: the middle of it is the same at each offset.
        for skip in 0..3_usize.min(self.0.len()) {
            let whole = (self.0.len() - skip) / 3 * 3;
            let middle = STANDARD_NO_PAD.encode(&self.0.as_bytes()[skip..skip + whole]);
            if middle.len() >= MIN_REDACTED {
                redacted = redacted.replace(&middle, MASK);
            }
        }
        redacted
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Where a token comes from; never the token itself, which would stand in a file that others read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSettings {
    /// A variable of the environment.
    Env(String),
    /// The first thing that a program prints.
    Command(Vec<String>),
    /// A file that nobody else may read.
    File(PathBuf),
    /// The password that git's credential helpers know for an address.
    Git(Url),
}

impl<'de> Deserialize<'de> for TokenSettings {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            env: Option<String>,
            command: Option<Vec<String>>,
            file: Option<PathBuf>,
            git: Option<Url>,
        }
        let wrong = || {
            de::Error::custom(
                "a token is { env: NAME }, { command: [PROGRAM, …] }, { file: PATH } or { git: ADDRESS }, never the token itself",
            )
        };
        match Written::deserialize(deserializer).map_err(|_| wrong())? {
            Written { env: Some(env), command: None, file: None, git: None } => Ok(Self::Env(env)),
            Written { env: None, command: Some(command), file: None, git: None } if !command.is_empty() => {
                Ok(Self::Command(command))
            }
            Written { env: None, command: None, file: Some(file), git: None } => Ok(Self::File(file)),
            Written { env: None, command: None, file: None, git: Some(url) }
                if url.has_host() && url.username().is_empty() && url.password().is_none() =>
            {
                Ok(Self::Git(url))
            }
            _ => Err(wrong()),
        }
    }
}

impl TokenSettings {
    /// Gets the token.
    pub async fn resolve(&self, variables: &Variables) -> Result<Secret> {
        self.get(variables).await.map_err(Error::with_token_wanted)
    }

    async fn get(&self, variables: &Variables) -> Result<Secret> {
        let secret = match self {
            Self::Env(name) => Secret::new(variables.get(name).ok_or_else(|| {
                Error::new(
                    ErrorKind::Unreachable,
                    format!("The variable {name}, which holds the token, is not set."),
                )
                .with_hint(format!("Set {name}, or name another place for the token."))
            })?),
            Self::Command(command) => printed(command, variables).await.map_err(|error| {
                // It is one of many programs, and a source may be another.
                let told = Error::new(error.kind(), format!("There is no token: {}", error.message()));
                told.with_hint(error.hint().unwrap_or_default())
            })?,
            Self::File(path) => read(&place(path, variables))?,
            Self::Git(url) => {
                let git = GitProgram::find(&variables.environment()).await?;
                Secret::new(&git.password(url).await?)
            }
        };
        if secret.0.is_empty() || secret.0.contains(char::is_control) {
            let message = format!("The token from {} is empty or no single line.", self.origin());
            return Err(Error::new(ErrorKind::Unreachable, message).with_hint(self.mend(variables)));
        }
        Ok(secret)
    }

    /// Whether a token may be there, without running a program that prints it or asking a helper for it.
    pub async fn look(&self, variables: &Variables) -> Result<()> {
        match self {
            Self::Env(_) | Self::File(_) => self.resolve(variables).await.map(drop),
            Self::Command(command) => Ok(variables.environment().find(&command[0]).map(drop)?),
            Self::Git(url) => {
                let git = GitProgram::find(&variables.environment()).await?;
                let missing = || {
                    let message = format!("Git has no credential helper for {url}.");
                    Error::new(ErrorKind::Unreachable, message).with_hint(self.mend(variables))
                };
                git.has_helper(url).await.then_some(()).ok_or_else(missing)
            }
        }
    }

    /// What to do about a place that has no token.
    fn mend(&self, variables: &Variables) -> String {
        match self {
            Self::Env(name) => format!("Set {name} to the token alone."),
            Self::Command(command) => {
                format!("Run {} by hand: it should print the token and nothing else.", command.join(" "))
            }
            Self::File(path) => fill(&place(path, variables)),
            Self::Git(_) => "Sign in once with git, or name another place for the token.".to_owned(),
        }
    }

    /// Where it comes from, for people.
    pub fn origin(&self) -> String {
        match self {
            Self::Env(name) => format!("the variable {name}"),
            Self::Command(command) => format!("the program {}", command[0]),
            Self::File(path) => format!("the file {}", path.display()),
            Self::Git(_) => "git's credentials".to_owned(),
        }
    }
}

async fn printed(command: &[String], variables: &Variables) -> Result<Secret> {
    let environment = variables.environment();
    let process = Process {
        name: command[0].clone(),
        program: environment.find(&command[0])?,
        arguments: command[1..].iter().map(Into::into).collect(),
        environment,
        directory: None,
        input: Vec::new(),
        time: COMMAND_TIME,
        most: MAX_BYTES,
    };
    let output = process.output().await.map_err(Error::from)?;
    Ok(Secret::new(&String::from_utf8_lossy(&output.stdout)))
}

/// A path with `~` for the home folder.
pub(super) fn place(path: &Path, variables: &Variables) -> PathBuf {
    path.strip_prefix("~").map_or_else(|_| path.to_owned(), |rest| variables.home().join(rest))
}

fn read(path: &Path) -> Result<Secret> {
    let real = fs::canonicalize(path).map_err(|error| missing(path, &error))?;
    let file = RegularFile::open(&real).map_err(|error| missing(path, &error))?;
    if is_open_to_others(&file.metadata) {
        return Err(Error::new(ErrorKind::Refused, format!("{} can be read by others.", named(path)))
            .with_hint(format!("Close it: chmod 600 {}", path.display())));
    }
    let text = String::from_utf8(file.read(&named(path), MAX_BYTES)?);
    let text = text.map_err(|_| missing(path, &io::ErrorKind::InvalidData.into()))?;
    Ok(Secret::new(&text))
}

fn missing(path: &Path, error: &io::Error) -> Error {
    let told = Error::io(named(path), error);
    Error::new(ErrorKind::Unreachable, told.message()).with_hint(fill(path))
}

fn named(path: &Path) -> String {
    format!("The token file {}", path.display())
}

/// What to do about a file that has no token.
fn fill(path: &Path) -> String {
    let path = path.display();
    format!(
        "Write the token alone into {path} and close it (chmod 600 {path}), or name another place for it."
    )
}

#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_metadata: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn variables() -> Variables {
        let values = [("TOKEN", "t0ken-of-jane"), ("EMPTY", ""), ("PATH", "/usr/bin:/bin")];
        Variables::new("/home/jane".into(), values.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    fn settings(value: serde_json::Value) -> std::result::Result<TokenSettings, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_token_comes_from_a_variable_or_a_program() {
        let resolve = async |value| settings(value).unwrap().resolve(&variables()).await;
        assert_eq!(resolve(json!({"env": "TOKEN"})).await.unwrap().expose(), "t0ken-of-jane");
        assert_eq!(resolve(json!({"command": ["echo", "abc"]})).await.unwrap().expose(), "abc");
        assert!(resolve(json!({"env": "EMPTY"})).await.unwrap_err().message().contains("EMPTY"));
        let failed = resolve(json!({"command": ["sh", "-c", "exit 3"]})).await.unwrap_err();
        assert!(failed.message().starts_with("There is no token: sh ended with status 3"), "{failed}");
        assert!(resolve(json!({"command": ["true"]})).await.unwrap_err().message().contains("empty"));
    }

    #[tokio::test]
    async fn a_place_without_a_token_says_what_to_do() {
        for (place, todo) in [
            (json!({"file": "/no/such/token"}), "Write the token alone into /no/such/token"),
            (json!({"file": "/"}), "Write the token alone into /"),
            (json!({"command": ["true"]}), "Run true by hand: it should print the token"),
            (json!({"command": ["no-such-program"]}), "Install no-such-program"),
            (json!({"env": "NOPE"}), "Set NOPE"),
        ] {
            let error = settings(place).unwrap().resolve(&variables()).await.unwrap_err();
            assert!(error.hint().unwrap_or_default().starts_with(todo), "{error}: {:?}", error.hint());
        }
        let looked = async |place| settings(place).unwrap().look(&variables()).await;
        assert!(looked(json!({"command": ["false"]})).await.is_ok(), "it does not run");
        assert!(looked(json!({"command": ["no-such-program"]})).await.is_err());
        assert!(
            looked(json!({"env": "TOKEN"})).await.is_ok() && looked(json!({"env": "NOPE"})).await.is_err()
        );
    }

    #[test]
    fn a_token_itself_is_no_setting() {
        for wrong in [
            json!("t0ken"),
            json!({}),
            json!({"env": "A", "file": "b"}),
            json!({"command": []}),
            json!({"git": "https://u:p@h.example"}),
        ] {
            assert!(settings(wrong).unwrap_err().contains("never the token itself"));
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "the test writes the file")]
    async fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("token");
        fs::write(&path, "abc\n").unwrap();
        let token = TokenSettings::File(path.clone());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(token.resolve(&variables()).await.unwrap_err().kind(), ErrorKind::Refused);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(token.resolve(&variables()).await.unwrap().expose(), "abc");
    }

    #[test]
    fn a_secret_is_in_no_text() {
        let secret = Secret::new("s3cr3t/Value+31337\n");
        assert_eq!(format!("{secret:?}"), "***");
        for text in [
            "Bearer s3cr3t/Value+31337",
            "?t=s3cr3t%2FValue%2B31337",
            "czNjcjN0L1ZhbHVlKzMxMzM3",
            "Basic eDpzM2NyM3QvVmFsdWUrMzEzMzc=",
        ] {
            let redacted = secret.redact(text);
            assert!(redacted.contains("***"), "{text}: {redacted}");
        }
        assert_eq!(Secret::new("ab").redact("a tab"), "a tab");
    }
}
