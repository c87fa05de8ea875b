//! The git program: which one, and the fixed settings of every call. Nothing that a repository holds decides
//! over them.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::address::Address;
use crate::error::{Error, ErrorKind, Result};
use crate::source::child::{ChildError, Environment, Output, Process};

/// The oldest git that does what is asked here.
const OLDEST: (u32, u32) = (2, 30);

/// How long one call of git may take.
const CALL_TIME: Duration = Duration::from_secs(100);

/// Bytes that a call may write where little is expected.
const MAX_ANSWER_BYTES: u64 = 1 << 20;

/// Variables of git that say how the user reaches hosts. All others would change what a call does.
const KEPT: [&str; 5] =
    ["GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"];

/// The variable that hands a token to git's credential helper: never an argument, which everybody can see.
const TOKEN_VARIABLE: &str = "CALLBOARD_GIT_TOKEN";

const SETTINGS: [&str; 16] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.symlinks=false",
    "core.alternateRefsCommand=:",
    "protocol.ext.allow=never",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "safe.bareRepository=explicit",
    "transfer.bundleURI=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "advice.detachedHead=false",
    // Its memory: what is larger is not held but streamed, and one thread with few deltas is enough for text.
    "core.bigFileThreshold=1m",
    "core.deltaBaseCacheLimit=8m",
    "pack.threads=1",
    // All that comes lies in packs, where its size is looked at.
    "fetch.unpackLimit=1",
];

/// A token for the https addresses of one host.
#[derive(Clone)]
pub struct Token {
    /// The user name that goes with it, such as `x-access-token`.
    pub user: String,
    /// The secret.
    pub secret: String,
}

/// A git that is new enough, with the environment of its calls.
#[derive(Debug, Clone)]
pub struct GitProgram {
    template: Process,
    version: String,
}

/// One call of git.
#[derive(Debug, Default)]
pub(super) struct Call<'a> {
    /// The bare repository; none for a call that is about none.
    pub(super) repository: Option<&'a Path>,
    /// Where it may connect to, and with what; nowhere without.
    pub(super) remote: Option<(&'a Address, Option<&'a Token>)>,
    /// The subcommand and its arguments.
    pub(super) arguments: Vec<OsString>,
    /// What it reads.
    pub(super) input: Vec<u8>,
    /// Bytes that it may write; little where it is zero.
    pub(super) most: u64,
}

impl GitProgram {
    /// The git of an environment.
    pub async fn find(environment: &Environment) -> Result<Self> {
        let too_old = |version: &str| {
            let (major, minor) = OLDEST;
            let message = format!("git {version} is too old; {major}.{minor} or newer is needed.");
            Error::new(ErrorKind::Unreachable, message).with_hint("Install a newer git.")
        };
        let kept: Vec<(&str, OsString)> =
            KEPT.iter().filter_map(|name| Some((*name, environment.value(name)?))).collect();
        let own_ssh = environment.value("GIT_SSH_COMMAND").and_then(|command| command.into_string().ok());
        let program = environment.find("git")?;
        let mut environment = environment.clone().without(&["GIT_*", "SSH_ASKPASS*"]);
        for (name, value) in kept {
            environment = environment.with(name, value);
        }
        let environment = [
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ASKPASS", ""),
            ("GCM_INTERACTIVE", "never"),
            ("GIT_LFS_SKIP_SMUDGE", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("LC_ALL", "C"),
        ]
        .into_iter()
        .fold(environment, |all, (name, value)| all.with(name, value));
        let template = Process {
            name: "git".to_owned(),
            program,
            arguments: Vec::new(),
            environment,
            directory: None,
            input: Vec::new(),
            time: CALL_TIME,
            most: MAX_ANSWER_BYTES,
        };
        let mut git = Self { template, version: String::new() };
        let version = git.run(Call { arguments: vec!["version".into()], ..Call::default() }).await?;
        let version = String::from_utf8_lossy(&version.stdout).trim().replace("git version ", "");
        if number(&version) < OLDEST {
            return Err(too_old(&version.chars().take(40).collect::<String>()));
        }
        git.version = version;
        let ssh = match own_ssh {
            Some(command) => command,
            None => git.configured_ssh().await.unwrap_or_else(|| "ssh".to_owned()),
        };
        let environment = std::mem::take(&mut git.template.environment);
        git.template.environment =
            environment.with("GIT_SSH_COMMAND", format!("{ssh} -oBatchMode=yes -oConnectTimeout=15"));
        Ok(git)
    }

    /// Where it is and which version it has, for people.
    pub fn describe(&self) -> String {
        format!("{} {}", self.template.program.display(), self.version)
    }

    /// `core.sshCommand` of the user, which the variable that asks for batch mode would hide.
    async fn configured_ssh(&self) -> Option<String> {
        let arguments = ["config", "--includes", "--get", "core.sshCommand"];
        let arguments = arguments.map(Into::into).to_vec();
        let output = self.run(Call { arguments, ..Call::default() }).await.ok()?; // status 1: it is not set
        let command = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (!command.is_empty()).then_some(command)
    }

    /// Carries out a call and takes all that it writes.
    pub(super) async fn run(&self, call: Call<'_>) -> Result<Output, ChildError> {
        self.process(call).output().await
    }

    /// Carries out a call and hands on what it writes, as it comes.
    pub(super) async fn stream(
        &self,
        call: Call<'_>,
        sink: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<String, ChildError> {
        self.process(call).stream(sink).await
    }

    fn process(&self, call: Call<'_>) -> Process {
        let mut process = self.template.clone();
        let mut arguments: Vec<OsString> = Vec::new();
        for setting in SETTINGS {
            arguments.extend(["-c".into(), setting.into()]);
        }
        if let Some(repository) = call.repository {
            let mut option = OsString::from("--git-dir=");
            option.push(repository);
            arguments.push(option);
        }
        let mut environment = process.environment;
        match call.remote {
            None => {
                environment = environment.with("GIT_ALLOW_PROTOCOL", "none").with("GIT_NO_LAZY_FETCH", "1");
            }
            Some((address, token)) => {
                environment = environment.with("GIT_ALLOW_PROTOCOL", address.protocols());
                if let Some((token, scope)) = token.zip(address.token_scope()) {
                    arguments.extend(["-c".into(), "credential.helper=".into()]);
                    arguments.extend(["-c".into(), helper(&scope).into()]);
                    environment = environment
                        .with("CALLBOARD_GIT_USER", &token.user)
                        .with(TOKEN_VARIABLE, &token.secret);
                }
            }
        }
        arguments.extend(call.arguments);
        process.arguments = arguments;
        process.environment = environment;
        process.input = call.input;
        process.most = process.most.max(call.most);
        // No repository that happens to lie around the current folder takes part.
        process.directory = Some(std::path::PathBuf::from("/"));
        process
    }
}

/// The setting that answers git's question for the credentials of one host from the environment.
fn helper(scope: &str) -> String {
    format!(
        "credential.{scope}.helper=!f() {{ test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \
         \"$CALLBOARD_GIT_USER\" \"${TOKEN_VARIABLE}\"; }}; f"
    )
}

/// The first two numbers of a version.
fn number(version: &str) -> (u32, u32) {
    let mut parts = version.split(['.', ' ']).map(|part| part.parse().unwrap_or_default());
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// Secrets are not shown.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("user", &self.user).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_their_numbers() {
        assert!(number("2.9.1") < OLDEST && number("1.99") < OLDEST && number("?") < OLDEST);
        assert!(
            number("2.30.0") >= OLDEST && number("2.47.3 (Apple Git-1)") >= OLDEST && number("3.0") >= OLDEST
        );
    }

    #[tokio::test]
    async fn a_missing_git_is_one_clear_error() {
        let error = GitProgram::find(&Environment::new([("PATH", "/nowhere")])).await.unwrap_err();
        assert_eq!(error.message(), "git is not installed, or in no folder of PATH.");
    }
}
