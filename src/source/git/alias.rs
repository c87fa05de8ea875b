//! Hosts that are names of the user's own ssh configuration, such as `work` in `git@work:acme/x`. The ssh
//! program says what such a name stands for, and connects to nobody.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::task::JoinSet;

use super::Address;
use crate::source::child::{Environment, Process};

/// How long ssh may take to say what a name stands for.
const ALIAS_TIME: Duration = Duration::from_secs(2);

/// Names that are asked for; a configuration has a handful.
const MAX_ALIASES: usize = 8;

/// Bytes of an answer.
const MAX_ANSWER_BYTES: u64 = 64 << 10;

/// The addresses with the hosts that their names stand for. One of a name that stands for nothing stays as it
/// is. All names are asked for at once.
pub async fn resolve_aliases(addresses: Vec<Address>, environment: &Environment) -> Vec<Address> {
    let is_alias = |address: &&Address| address.is_ssh() && !address.host().contains('.');
    let mut aliases: Vec<&str> = addresses.iter().filter(is_alias).map(Address::web_host).collect();
    aliases.sort_unstable();
    aliases.dedup();
    let Ok(ssh) = environment.find("ssh") else { return addresses };
    let mut questions = JoinSet::new();
    for alias in aliases.into_iter().take(MAX_ALIASES).map(str::to_owned) {
        let process = Process {
            name: "ssh".to_owned(),
            program: ssh.clone(),
            arguments: ["-G", "--", &alias].map(Into::into).to_vec(),
            environment: environment.clone(),
            directory: Some("/".into()),
            input: Vec::new(),
            time: ALIAS_TIME,
            most: MAX_ANSWER_BYTES,
        };
        questions.spawn(async move {
            let output = process.output().await.ok()?;
            let text = String::from_utf8(output.stdout).ok()?;
            let host = text.lines().find_map(|line| line.strip_prefix("hostname "))?.trim().to_owned();
            Some((alias, host))
        });
    }
    let known: BTreeMap<String, String> = questions.join_all().await.into_iter().flatten().collect();
    let resolved = |address: Address| match known.get(address.web_host()) {
        Some(host) if address.is_ssh() => address.at_host(host).unwrap_or(address),
        _ => address,
    };
    addresses.into_iter().map(resolved).collect()
}

#[cfg(unix)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes the program that is asked")]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn a_name_of_the_ssh_configuration_stands_for_its_host() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ssh");
        let script = "#!/bin/sh\necho user git\ncase \"$3\" in work) echo hostname git.example.com;; *) echo \"hostname $3\";; esac\n";
        std::fs::write(&path, script).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let environment = Environment::new([("PATH", dir.path())]);
        let addresses = [
            "git@work:acme/a.git",
            "ssh://git@work:22/acme/b.git",
            "git@other:acme/c.git",
            "git@h.example:d/e",
        ];
        let addresses = addresses.map(|address| Address::parse(address).unwrap()).to_vec();
        let resolved = resolve_aliases(addresses, &environment).await;
        let resolved: Vec<_> = resolved.iter().map(Address::url).collect();
        let expected = [
            "git@git.example.com:acme/a.git",
            "ssh://git@git.example.com:22/acme/b.git",
            "git@other:acme/c.git",
            "git@h.example:d/e",
        ];
        assert_eq!(resolved, expected);
    }
}
