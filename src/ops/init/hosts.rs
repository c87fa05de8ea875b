//! Which forges somebody works with, and whose repositories: told from the addresses that repositories come
//! from, from the programs that are signed in, and from the variables that those document. Pure.

use url::Url;

use crate::source::Variables;
use crate::source::forge::ForgeKind;
use crate::source::git::Address;
use crate::source::secret::TokenSettings;
use crate::source::tools::{Tool, ToolAnswer};

/// Hosts that everybody knows.
const KNOWN: [(&str, ForgeKind); 4] = [
    ("github.com", ForgeKind::Github),
    ("gitlab.com", ForgeKind::Gitlab),
    ("codeberg.org", ForgeKind::Gitea),
    ("gitea.com", ForgeKind::Gitea),
];

/// Repositories of one owner from which the owner is proposed, where there are several owners.
const SEVERAL: usize = 2;

/// A host that repositories come from, or that somebody is signed in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name, with a port where that is not the usual one. Foreign text.
    pub name: String,
    /// The address in its place, where it is more than https and a host.
    pub url: Option<String>,
    /// What it is; nothing where only git is known to speak with it.
    pub kind: Option<ForgeKind>,
    /// Where its token is.
    pub token: Option<TokenSettings>,
    /// The program that is signed in to it.
    pub tool: Option<Tool>,
    /// Who somebody is there.
    pub login: Option<String>,
    /// Whose repositories there are, the most frequent first.
    pub owners: Vec<Owner>,
    /// The name that ssh is spoken with, where that is another one.
    pub ssh: Option<String>,
}

/// An owner of repositories: an organisation, a user, a group with the groups above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The name, such as `acme` or `acme/platform`. Foreign text.
    pub name: String,
    /// The addresses of the repositories that were found.
    pub repositories: Vec<String>,
    /// Whether all of the owner's repositories are a sensible source.
    pub is_proposed: bool,
}

impl Host {
    /// A host of which nothing but its name is known.
    pub fn named(name: &str, kind: Option<ForgeKind>) -> Self {
        let known = KNOWN.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        Self {
            name: name.to_owned(),
            url: None,
            kind: kind.or(known),
            token: None,
            tool: None,
            login: None,
            owners: Vec::new(),
            ssh: None,
        }
    }

    /// All addresses that were found of it.
    pub fn repositories(&self) -> impl Iterator<Item = &String> {
        self.owners.iter().flat_map(|owner| &owner.repositories)
    }

    /// The address that credentials of git would be for, where nothing else lets anybody in and they may help:
    /// somebody is signed in with a program that hands its token to git alone, or fetches over https.
    pub(super) fn credentials_for(&self) -> Option<Url> {
        let is_over_https = self.repositories().any(|address| address.starts_with("https://"));
        let is_wanted = self.kind.is_some() && self.token.is_none() && (self.tool.is_some() || is_over_https);
        let url = self.url.clone().unwrap_or_else(|| format!("https://{}", self.name));
        is_wanted.then(|| Url::parse(&url).ok()).flatten()
    }

    /// Takes a token, which lets repositories of its owners be read.
    pub(super) fn let_in(&mut self, token: TokenSettings) {
        self.token = Some(token);
        self.settle();
    }

    /// How somebody is let in, in words; nothing where nobody is.
    pub fn entry(&self) -> Option<String> {
        let token = self.token.as_ref()?;
        let from = match (self.tool, token) {
            (Some(tool), TokenSettings::Command(_)) => tool.program().to_owned(),
            (_, token) => token.origin(),
        };
        Some(match &self.login {
            Some(login) => format!("{from}, as {login}"),
            None => from,
        })
    }

    fn is_called(&self, address: &Address) -> bool {
        let (host, is_ssh) = (address.web_host(), address.is_ssh());
        let own_name = self.name.split(':').next().unwrap_or_default();
        self.name == host || (is_ssh && (own_name == host || self.ssh.as_deref() == Some(host)))
    }

    fn add(&mut self, owner: &str, address: &Address) {
        let address = address.remote();
        match self.owners.iter_mut().find(|known| known.name.eq_ignore_ascii_case(owner)) {
            Some(known) => known.repositories.push(address),
            None => self.owners.push(Owner {
                name: owner.to_owned(),
                repositories: vec![address],
                is_proposed: false,
            }),
        }
    }

    /// Orders the owners and decides which are proposed: whose repositories may be read, and who has several
    /// of them here or is the only one. Somebody's own ones are, where there are no others.
    fn settle(&mut self) {
        if self.kind == Some(ForgeKind::Gitlab) {
            self.fold_groups();
        }
        self.owners.sort_by(|a, b| {
            b.repositories.len().cmp(&a.repositories.len()).then_with(|| a.name.cmp(&b.name))
        });
        let is_readable = self.kind.is_some() && self.token.is_some();
        let is_only = self.owners.len() == 1;
        for owner in &mut self.owners {
            let is_own = self.login.as_ref().is_some_and(|login| login.eq_ignore_ascii_case(&owner.name));
            let has_several = owner.repositories.len() >= SEVERAL;
            owner.is_proposed = is_readable && (is_only || (has_several && !is_own));
        }
    }

    /// A group has what its sub-groups have.
    fn fold_groups(&mut self) {
        self.owners.sort_by(|a, b| a.name.cmp(&b.name));
        let mut folded: Vec<Owner> = Vec::new();
        for owner in self.owners.drain(..) {
            let is_below = |above: &Owner| {
                owner.name.strip_prefix(&above.name).is_some_and(|rest| rest.starts_with('/'))
            };
            match folded.iter_mut().find(|above| is_below(above)) {
                Some(above) => above.repositories.extend(owner.repositories),
                None => folded.push(owner),
            }
        }
        self.owners = folded;
    }
}

/// The hosts of addresses and accounts: those with the most repositories first, then those that somebody is
/// only signed in to.
pub(super) fn hosts(remotes: &[Address], answers: &[ToolAnswer], variables: &Variables) -> Vec<Host> {
    let mut hosts = signed_in(answers, variables);
    for address in remotes.iter().filter(|address| !address.host().is_empty()) {
        let at = hosts.iter().position(|host| host.is_called(address));
        let at = at.unwrap_or_else(|| {
            hosts.push(Host::named(address.web_host(), None));
            hosts.len() - 1
        });
        let host = &mut hosts[at];
        let owner = owner(host.kind, address.path());
        host.add(&owner, address);
    }
    hosts.iter_mut().for_each(Host::settle);
    hosts.sort_by_key(|host| std::cmp::Reverse(host.repositories().count()));
    hosts
}

/// The owner in the path of a repository: all but its name where groups lie in groups, else the first part.
fn owner(kind: Option<ForgeKind>, path: &str) -> String {
    let (owner, _) = path.rsplit_once('/').unwrap_or_default();
    match kind {
        Some(ForgeKind::Github | ForgeKind::Gitea) => owner.split('/').next().unwrap_or_default().to_owned(),
        Some(ForgeKind::Gitlab) | None => owner.to_owned(),
    }
}

/// The hosts of programs and of variables. A program that prints its token is better than a variable, which
/// a timer does not have.
fn signed_in(answers: &[ToolAnswer], variables: &Variables) -> Vec<Host> {
    let mut hosts: Vec<Host> = Vec::new();
    for answer in answers {
        for account in answer.accounts() {
            let command = answer.tool.token_command(&account.host).map(TokenSettings::Command);
            hosts.push(Host {
                url: account.url.clone(),
                token: command,
                tool: Some(answer.tool),
                login: account.login.clone(),
                ssh: account.ssh_host.clone(),
                ..Host::named(&account.host, Some(answer.tool.forge()))
            });
        }
    }
    for (kind, name, variable) in variable_tokens(variables) {
        let at = hosts.iter().position(|host| host.name == name).unwrap_or_else(|| {
            hosts.push(Host::named(&name, Some(kind)));
            hosts.len() - 1
        });
        hosts[at].token.get_or_insert(TokenSettings::Env(variable.to_owned()));
    }
    hosts
}

/// The tokens in variables that the forges' own programs document, each with the host that it is for and no
/// other.
fn variable_tokens(variables: &Variables) -> Vec<(ForgeKind, String, &'static str)> {
    let set = |names: &[&'static str]| names.iter().copied().find(|name| variables.get(name).is_some());
    let host = |names: &[&'static str]| {
        let text = variables.get(set(names)?)?;
        let host = text.split_once("://").map_or(text, |(_, rest)| rest);
        Some(host.split('/').next().unwrap_or_default().to_owned()).filter(|host| !host.is_empty())
    };
    let github = set(&["GH_TOKEN", "GITHUB_TOKEN"]).map(|token| ("github.com".to_owned(), token));
    let enterprise = set(&["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"]);
    let enterprise = host(&["GH_HOST"]).filter(|host| host != "github.com").zip(enterprise);
    let gitlab = set(&["GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN"]);
    let gitlab = gitlab.map(|token| {
        (host(&["GITLAB_HOST", "GL_HOST", "GITLAB_URI"]).unwrap_or_else(|| "gitlab.com".to_owned()), token)
    });
    let gitea =
        host(&["GITEA_INSTANCE_URL", "GITEA_SERVER_URL"]).zip(set(&["GITEA_TOKEN", "GITEA_SERVER_TOKEN"]));
    [
        (ForgeKind::Github, github),
        (ForgeKind::Github, enterprise),
        (ForgeKind::Gitlab, gitlab),
        (ForgeKind::Gitea, gitea),
    ]
    .into_iter()
    .filter_map(|(kind, found)| found.map(|(host, token)| (kind, host, token)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::tools::{Account, Answer};

    fn variables(values: &[(&str, &str)]) -> Variables {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Variables::new("/home/jane".into(), values)
    }

    fn account(host: &str, login: &str) -> Account {
        let (host, login) = (host.to_owned(), Some(login.to_owned()));
        Account { host, url: None, ssh_host: None, login, trouble: None }
    }

    fn signed(tool: Tool, account: Account) -> ToolAnswer {
        ToolAnswer { tool, answer: Answer::Accounts(vec![account]) }
    }

    fn found(remotes: &[&str], answers: &[ToolAnswer], values: &[(&str, &str)]) -> Vec<Host> {
        let remotes: Vec<_> = remotes.iter().map(|remote| Address::parse(remote).unwrap()).collect();
        hosts(&remotes, answers, &variables(values))
    }

    /// Host, kind and the owners with the number of their repositories; a proposed one has a mark.
    fn told(hosts: &[Host]) -> Vec<String> {
        let owner = |it: &Owner| {
            format!("{}{} {}", if it.is_proposed { "+" } else { "" }, it.name, it.repositories.len())
        };
        let owners = |host: &Host| host.owners.iter().map(owner).collect::<Vec<_>>().join(", ");
        hosts.iter().map(|it| format!("{} {:?}: {}", it.name, it.kind, owners(it))).collect()
    }

    #[test]
    fn owners_come_from_every_form_of_an_address() {
        let remotes = [
            "git@github.com:acme/a.git",
            "ssh://git@ssh.github.com:443/Acme/b.git",
            "https://github.com/acme/c",
            "https://github.com/jane/dotfiles",
            "git@github.com:torvalds/linux.git",
        ];
        let gh = [signed(Tool::Gh, account("github.com", "jane"))];
        let hosts = found(&remotes, &gh, &[]);
        assert_eq!(told(&hosts), ["github.com Some(Github): +acme 3, jane 1, torvalds 1"]);
        assert_eq!(hosts[0].entry().as_deref(), Some("gh, as jane"));
        assert_eq!(told(&found(&remotes, &[], &[])), ["github.com Some(Github): acme 3, jane 1, torvalds 1"]);
    }

    #[test]
    fn groups_of_gitlab_keep_their_path_and_take_in_what_is_below() {
        let glab = [signed(Tool::Glab, account("git.example.com", "jane"))];
        let remotes = [
            "git@git.example.com:acme/platform/tools/a.git",
            "git@git.example.com:acme/platform/b.git",
            "ssh://git@git.example.com:2222/acme/web/c.git",
        ];
        assert_eq!(
            told(&found(&remotes, &glab, &[])),
            ["git.example.com Some(Gitlab): +acme/platform 2, acme/web 1"]
        );
    }

    #[test]
    fn a_host_that_nobody_knows_is_plain_git() {
        let hosts = found(&["git@git.example.com:x/a.git", "git@git.example.com:b.git"], &[], &[]);
        assert_eq!(told(&hosts), ["git.example.com None:  1, x 1"]);
        assert_eq!(hosts[0].repositories().count(), 2);
    }

    #[test]
    fn a_gitea_of_ones_own_is_known_by_its_port_and_by_its_ssh_host() {
        let lab = Account { ssh_host: Some("ssh.lab.dev".to_owned()), ..account("git.lab.dev:3000", "jd") };
        let tea = [signed(Tool::Tea, lab)];
        let remotes = [
            "git@ssh.lab.dev:tools/a.git",
            "ssh://git@git.lab.dev:22/tools/b.git",
            "https://git.lab.dev:3000/tools/c",
        ];
        let hosts = found(
            &remotes,
            &tea,
            &[("GITEA_SERVER_URL", "https://git.lab.dev:3000/"), ("GITEA_SERVER_TOKEN", "t")],
        );
        assert_eq!(told(&hosts), ["git.lab.dev:3000 Some(Gitea): +tools 3"]);
        assert_eq!(hosts[0].token, Some(TokenSettings::Env("GITEA_SERVER_TOKEN".to_owned())));
    }

    #[test]
    fn credentials_of_git_help_where_a_program_keeps_its_token_and_where_somebody_fetches_over_https() {
        let tea = [signed(Tool::Tea, account("git.lab.dev", "jd"))];
        let remotes =
            ["git@git.lab.dev:tools/a.git", "https://codeberg.org/x/b", "git@github.com:acme/c.git"];
        let mut hosts = found(&remotes, &tea, &[]);
        let wanted: Vec<_> =
            hosts.iter().filter_map(Host::credentials_for).map(|url| url.to_string()).collect();
        assert_eq!(wanted, ["https://git.lab.dev/", "https://codeberg.org/"]);
        assert!(!hosts[0].owners[0].is_proposed);
        let address = hosts[0].credentials_for().unwrap();
        hosts[0].let_in(TokenSettings::Git(address));
        assert!(hosts[0].owners[0].is_proposed);
        assert_eq!(hosts[0].entry().as_deref(), Some("git's credentials, as jd"));
    }

    #[test]
    fn a_variable_is_for_its_own_host_alone_and_a_program_is_better() {
        let set = [("GITLAB_TOKEN", "t"), ("GITHUB_TOKEN", "t"), ("GH_ENTERPRISE_TOKEN", "t")];
        let hosts = found(&["git@gitlab.evil.example:x/a.git"], &[], &set);
        let tokens: Vec<_> = hosts.iter().map(|it| (it.name.as_str(), it.token.is_some())).collect();
        assert_eq!(tokens, [("gitlab.evil.example", false), ("github.com", true), ("gitlab.com", true)]);
        let gh = [signed(Tool::Gh, account("github.com", "jane"))];
        let hosts = found(&[], &gh, &set);
        assert_eq!(hosts[0].token.as_ref().unwrap().origin(), "the program gh");
    }
}
