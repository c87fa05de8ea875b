//! The programs that people sign in to their forges with: `gh`, `glab` and `tea`. They are asked where somebody
//! is signed in, never for a token: a configuration names the program, which hands the token over when a
//! source is fetched.

mod told;

use std::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;
use url::Url;

use self::told::{logins, status};
use super::Variables;
use super::child::{ChildError, Environment, Process};
use super::forge::ForgeKind;

/// How long one of them may take to answer; it may ask its forge. All are asked at once.
pub const TOOL_TIME: Duration = Duration::from_secs(5);

/// Bytes of an answer.
const MAX_ANSWER_BYTES: u64 = 256 << 10;

/// Accounts of one program.
const MAX_ACCOUNTS: usize = 50;

/// A program that people sign in to a forge with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tool {
    /// GitHub's.
    Gh,
    /// GitLab's.
    Glab,
    /// Gitea's.
    Tea,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gh, Self::Glab, Self::Tea];

    /// What it is called.
    pub fn program(self) -> &'static str {
        match self {
            Self::Gh => "gh",
            Self::Glab => "glab",
            Self::Tea => "tea",
        }
    }

    /// The forge that it is for.
    pub fn forge(self) -> ForgeKind {
        match self {
            Self::Gh => ForgeKind::Github,
            Self::Glab => ForgeKind::Gitlab,
            Self::Tea => ForgeKind::Gitea,
        }
    }

    /// How somebody signs in with it.
    pub fn sign_in(self) -> &'static str {
        match self {
            Self::Gh => "gh auth login",
            Self::Glab => "glab auth login",
            Self::Tea => "tea login add",
        }
    }

    /// The command that prints the token of a host; nothing where it has none that does.
    pub fn token_command(self, host: &str) -> Option<Vec<String>> {
        let words: &[&str] = match self {
            Self::Gh if host == "github.com" => &["gh", "auth", "token"],
            Self::Gh => &["gh", "auth", "token", "--hostname", host],
            Self::Glab => &["glab", "config", "get", "token", "--host", host],
            Self::Tea => return None,
        };
        Some(words.iter().map(|word| (*word).to_owned()).collect())
    }

    /// The questions that tell where somebody is signed in. Newer versions of glab look at one host alone
    /// unless they are asked for all, and older ones do not know the word.
    fn questions(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Gh => &[&["auth", "status"]],
            Self::Glab => &[&["auth", "status", "--all"], &["auth", "status"]],
            Self::Tea => &[&["logins", "list", "--output", "csv"]],
        }
    }

    /// Whether it asks its forge when it is asked.
    fn asks_network(self) -> bool {
        self != Self::Tea
    }
}

/// What somebody is to a forge. Foreign text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The host, with its port where that is not the usual one.
    pub host: String,
    /// The address in its place, where it is more than https and a host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The host that ssh is spoken with, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssh_host: Option<String>,
    /// The name there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// Why it is not good, as the program says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// What a program said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is not installed.
    Missing,
    /// It is installed; it was not asked, because it would ask its forge.
    NotAsked,
    /// Where somebody is signed in; nowhere where there are none.
    Accounts(Vec<Account>),
    /// Why it could not say, as a sentence. Foreign text.
    Failed(String),
}

/// A program with what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolAnswer {
    /// The program.
    pub tool: Tool,
    /// What it said.
    pub answer: Answer,
}

impl ToolAnswer {
    /// Where somebody is signed in, and well.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        let accounts = match &self.answer {
            Answer::Accounts(accounts) => accounts.as_slice(),
            _ => &[],
        };
        accounts.iter().filter(|account| account.trouble.is_none())
    }
}

/// Whether programs may ask their forges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// They may.
    Network,
    /// Only what they know by themselves counts.
    Local,
}

/// Asks all of them at once. None takes longer than [`TOOL_TIME`].
pub async fn ask_all(variables: &Variables, asking: Asking) -> Vec<ToolAnswer> {
    ask_within(variables, asking, TOOL_TIME).await
}

async fn ask_within(variables: &Variables, asking: Asking, time: Duration) -> Vec<ToolAnswer> {
    let environment = variables.environment();
    let mut questions = JoinSet::new();
    for (place, tool) in Tool::ALL.into_iter().enumerate() {
        let environment = environment.clone();
        questions.spawn(async move {
            (place, ToolAnswer { tool, answer: ask(tool, &environment, asking, time).await })
        });
    }
    let mut answers = questions.join_all().await;
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

async fn ask(tool: Tool, environment: &Environment, asking: Asking, time: Duration) -> Answer {
    let Ok(program) = environment.find(tool.program()) else { return Answer::Missing };
    if asking == Asking::Local && tool.asks_network() {
        return Answer::NotAsked;
    }
    // They ask nobody, paint nothing and look for no newer version of themselves.
    let environment = [("NO_COLOR", "1"), ("GH_PROMPT_DISABLED", "1"), ("GH_NO_UPDATE_NOTIFIER", "1")]
        .into_iter()
        .chain([("NO_PROMPT", "1"), ("GLAB_CHECK_UPDATE", "false")])
        .fold(environment.clone(), |all, (name, value)| all.with(name, value));
    let mut answers = JoinSet::new();
    for words in tool.questions() {
        let process = Process {
            name: format!("{} {}", tool.program(), words.join(" ")),
            program: program.clone(),
            arguments: words.iter().map(Into::into).collect(),
            environment: environment.clone(),
            // No repository that happens to lie around decides over the answer.
            directory: Some("/".into()),
            input: Vec::new(),
            time,
            most: MAX_ANSWER_BYTES,
        };
        answers.spawn(async move { text_of(&process).await });
    }
    let mut accounts: Vec<Account> = Vec::new();
    let mut failure = None;
    for answer in answers.join_all().await {
        match answer {
            Ok(text) => {
                let told = if tool == Tool::Tea { logins(&text) } else { status(&text) };
                for account in told.into_iter().take(MAX_ACCOUNTS) {
                    if !accounts.iter().any(|known| known.host == account.host) {
                        accounts.push(account);
                    }
                }
            }
            Err(error) => failure = Some(format!("{error}.")),
        }
    }
    match failure {
        Some(why) if accounts.is_empty() => Answer::Failed(why),
        _ => Answer::Accounts(accounts),
    }
}

/// All that a program writes. One that ends badly may have answered all the same: a single account that is not
/// good is enough for that.
async fn text_of(process: &Process) -> Result<String, ChildError> {
    let mut stdout = Vec::new();
    let stderr = match process.stream(&mut |bytes| stdout.extend_from_slice(bytes)).await {
        Ok(stderr) => stderr,
        Err(error @ ChildError::Ended { .. }) => error.stderr().to_owned(),
        Err(error) => return Err(error),
    };
    Ok(format!("{}\n{stderr}", String::from_utf8_lossy(&stdout)))
}

/// The host of an address, with its port where that is not the usual one; and the address where a host alone
/// does not say it.
fn host_of(address: &str) -> Option<(String, Option<String>)> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let name = url.host_str()?;
    let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    let is_plain = url.scheme() == "https" && url.path() == "/" && url.username().is_empty();
    let plain = super::work_tree::without_credentials(address.trim_end_matches('/'));
    Some((host, (!is_plain).then_some(plain)))
}

#[cfg(unix)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write the programs that are asked")]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A folder of programs, each a shell script.
    fn variables(scripts: &[(&str, &str)]) -> (tempfile::TempDir, Variables) {
        let dir = tempfile::tempdir().unwrap();
        for (name, script) in scripts {
            let path = dir.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = dir.path().display().to_string();
        let variables = Variables::new(dir.path().into(), [("PATH".to_owned(), path)]);
        (dir, variables)
    }

    #[tokio::test]
    async fn each_program_says_where_somebody_is_signed_in() {
        let gh = "echo github.com; echo '  ✓ Logged in to github.com account jane (keyring)'; \
                  echo '  X Failed to log in to ghe.example.com account jd (keyring)'; exit 1";
        let glab = "case \"$*\" in *--all*) echo 'unknown flag: --all' >&2; exit 1;; esac; \
                    echo '  ✓ Logged in to gitlab.example.com as jane (config.yml)' >&2";
        let tea = "echo '\"Name\",\"URL\",\"SSHHost\",\"User\",\"Default\"'; \
                   echo '\"lab\",\"https://git.example.com:3000\",\"ssh.example.com\",\"jd\",\"true\"'";
        let (_dir, variables) = variables(&[("gh", gh), ("glab", glab), ("tea", tea)]);
        let answers = ask_all(&variables, Asking::Network).await;
        let told: Vec<_> = answers.iter().flat_map(ToolAnswer::accounts).map(|it| it.host.as_str()).collect();
        assert_eq!(told, ["github.com", "gitlab.example.com", "git.example.com:3000"]);
        let Answer::Accounts(gh) = &answers[0].answer else { panic!("{answers:?}") };
        assert!(gh[1].trouble.as_ref().unwrap().contains("Failed to log in"), "{gh:?}");
        let offline = ask_all(&variables, Asking::Local).await;
        assert_eq!((&offline[0].answer, &offline[1].answer), (&Answer::NotAsked, &Answer::NotAsked));
        assert_eq!(offline[2], answers[2]);
    }

    #[tokio::test]
    async fn what_is_missing_or_says_nothing_of_use_is_told() {
        let (_dir, variables) =
            variables(&[("gh", "echo 'You are not logged into any GitHub hosts.' >&2; exit 1")]);
        let answers = ask_all(&variables, Asking::Network).await;
        assert_eq!(answers[0].answer, Answer::Accounts(Vec::new()));
        assert_eq!(answers[1].answer, Answer::Missing);
    }

    #[tokio::test]
    async fn one_that_hangs_costs_no_more_than_its_limit() {
        let (_dir, variables) = variables(&[("tea", "while :; do /bin/sleep 1000; done")]);
        let answers = ask_within(&variables, Asking::Local, Duration::from_millis(100)).await;
        let Answer::Failed(why) = &answers[2].answer else { panic!("{answers:?}") };
        assert!(why.contains("did not end within 100ms"), "{why}");
    }
}
