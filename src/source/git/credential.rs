//! What git's own credential helpers know of a host. Nobody is asked: a helper that would have to is told that
//! there is no terminal.

use url::Url;

use super::program::{Call, GitProgram};
use crate::error::{Error, ErrorKind, Result};

impl GitProgram {
    /// The password that git would use at an address, which at a forge is a token.
    pub async fn password(&self, address: &Url) -> Result<String> {
        let host = host(address);
        let none = |why: &str| {
            Error::new(ErrorKind::Unreachable, format!("git has no credentials for {host}: {why}."))
                .with_hint(format!(
                    "Set up a credential helper of git and sign in to {host} once, or name another token."
                ))
        };
        let call = Call {
            arguments: vec!["credential".into(), "fill".into()],
            input: format!("protocol={}\nhost={host}\n\n", address.scheme()).into_bytes(),
            ..Call::default()
        };
        // What it says of its failure may quote what it was given.
        let output = self.run(call).await.map_err(|_| none("no helper knows any"))?;
        let text = String::from_utf8(output.stdout).map_err(|_| none("what its helper says is no text"))?;
        let password = text.lines().find_map(|line| line.strip_prefix("password="));
        password.map(str::to_owned).ok_or_else(|| none("its helper gives no password"))
    }

    /// Whether a helper is set up for an address. It is not asked for anything.
    pub async fn has_helper(&self, address: &Url) -> bool {
        let arguments = ["config", "--get-urlmatch", "credential.helper", address.as_str()];
        let call = Call { arguments: arguments.map(Into::into).to_vec(), ..Call::default() };
        self.run(call).await.is_ok_and(|output| !output.stdout.trim_ascii().is_empty())
    }
}

/// The host with its port, where that is not the usual one.
fn host(address: &Url) -> String {
    let name = address.host_str().unwrap_or_default();
    address.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

#[cfg(unix)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes git's configuration")]
mod tests {
    use super::*;
    use crate::source::child::Environment;

    #[tokio::test]
    async fn a_helper_gives_the_password_of_its_host_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("gitconfig");
        let helper = "[credential \"https://git.example.com:3000\"]\n\thelper = \"!f() { test $1 = get && echo \
                      username=jane && echo password=t0ken; }; f\"\n";
        std::fs::write(&config, helper).unwrap();
        let environment =
            Environment::inherited().with("GIT_CONFIG_GLOBAL", &config).with("GIT_CONFIG_NOSYSTEM", "1");
        let git = GitProgram::find(&environment).await.unwrap();
        let [known, other] =
            ["https://git.example.com:3000", "https://other.example.com"].map(|it| Url::parse(it).unwrap());
        assert!(git.has_helper(&known).await && !git.has_helper(&other).await);
        assert_eq!(git.password(&known).await.unwrap(), "t0ken");
        let error = git.password(&other).await.unwrap_err();
        assert!(error.message().contains("no credentials for other.example.com"), "{error}");
    }
}
