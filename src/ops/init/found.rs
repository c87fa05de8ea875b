//! What is found out before anybody is asked: repositories near a folder, programs that are signed in,
//! variables, a Backstage. What is asked of others is asked at once and with a limit.

use std::path::{Path, PathBuf};

use super::draft::Draft;
use super::hosts::{Host, hosts};
use crate::error::Result;
use crate::ops::asked::asked;
use crate::source::Variables;
use crate::source::backstage::{Lead, LeadOrigin, lead, variable_token};
use crate::source::git::{Address, GitProgram, resolve_aliases};
use crate::source::secret::TokenSettings;
use crate::source::tools::{Asking, ToolAnswer, ask_all};
use crate::source::work_trees::WorkTrees;

/// Hosts for which git is asked whether it has a helper.
const MAX_HELPED: usize = 16;

/// What was found out about where somebody's catalog may come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The home folder, which `~` stands for.
    pub home: PathBuf,
    /// The folder of repositories with how many there are, where there are any.
    pub folder: Option<(PathBuf, usize)>,
    /// What the programs of forges said.
    pub tools: Vec<ToolAnswer>,
    /// The hosts that repositories come from, or that somebody is signed in to.
    pub hosts: Vec<Host>,
    /// Where a Backstage may be.
    pub backstage: Option<Lead>,
    /// Where the token of a Backstage is that somebody means.
    pub backstage_token: Option<TokenSettings>,
}

impl Found {
    /// The sources that are sensible without any question: owners of repositories that may be read, and a
    /// Backstage that this user named or signed in to; else the folder.
    pub fn proposed(&self) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = self.hosts.iter().flat_map(Self::proposed_of).collect();
        drafts.extend(self.proposed_repositories(&drafts));
        drafts.extend(self.proposed_folder(&drafts));
        // A file of a repository may name any address: it is offered, and not taken unseen.
        let trusted = self.backstage.iter().filter(|lead| !matches!(lead.origin, LeadOrigin::File(_)));
        drafts.extend(trusted.map(|lead| Draft::lead(lead, self.backstage_token.as_ref())));
        drafts
    }

    /// The owners of a host that are proposed.
    pub fn proposed_of(host: &Host) -> Vec<Draft> {
        let proposed = host.owners.iter().filter(|owner| owner.is_proposed);
        proposed.filter_map(|owner| Draft::owner(host, &owner.name)).collect()
    }

    /// The repositories of hosts that only git is known to speak with, where the folder is not read: what is
    /// chosen already would leave them out.
    pub fn proposed_repositories(&self, chosen: &[Draft]) -> Vec<Draft> {
        if chosen.is_empty() {
            return Vec::new();
        }
        self.plain_hosts().map(Draft::repositories).collect()
    }

    /// The folder, where nothing is chosen that has its repositories: two sources of one descriptor would
    /// claim the same entities.
    pub fn proposed_folder(&self, chosen: &[Draft]) -> Option<Draft> {
        let (folder, _) = self.folder.as_ref().filter(|_| chosen.is_empty())?;
        Some(Draft::directory(folder, &self.home))
    }

    /// The hosts that only git is known to speak with.
    pub fn plain_hosts(&self) -> impl Iterator<Item = &Host> {
        self.hosts.iter().filter(|host| host.kind.is_none())
    }

    /// Names that somebody has at forges.
    pub fn logins(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().filter_map(|host| host.login.as_deref())
    }
}

/// Looks around. Blocks for no longer than the programs may take.
pub fn look(here: &Path, variables: &Variables, asking: Asking) -> Result<Found> {
    let around = WorkTrees::around(here);
    // What git would not be given is no source either.
    let remotes: Vec<Address> =
        around.remotes.iter().filter_map(|remote| Address::parse(remote).ok()).collect();
    let environment = variables.environment();
    let (tools, hosts) = asked(async {
        let (tools, remotes) =
            tokio::join!(ask_all(variables, asking), resolve_aliases(remotes, &environment));
        let mut hosts = hosts(&remotes, &tools, variables);
        use_credentials(&mut hosts, variables).await;
        Ok((tools, hosts))
    })?;
    Ok(Found {
        home: variables.home().to_owned(),
        folder: (around.work_trees > 0).then_some((around.folder, around.work_trees)),
        hosts,
        tools,
        backstage: lead(here, variables),
        backstage_token: variable_token(variables),
    })
}

/// Lets git's credentials in where a helper has some to offer. Whether they are good, trying them says.
async fn use_credentials(hosts: &mut [Host], variables: &Variables) {
    let Ok(git) = GitProgram::find(&variables.environment()).await else { return };
    for host in hosts.iter_mut().take(MAX_HELPED) {
        if let Some(address) = host.credentials_for()
            && git.has_helper(&address).await
        {
            host.let_in(TokenSettings::Git(address));
        }
    }
}

/// What the programs of forges say. Blocks for no longer than they may take.
pub fn tools(variables: &Variables, asking: Asking) -> Result<Vec<ToolAnswer>> {
    asked(async { Ok(ask_all(variables, asking).await) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::forge::ForgeKind;

    fn names(drafts: &[Draft]) -> Vec<&str> {
        drafts.iter().map(|draft| draft.name.as_str()).collect()
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        let dir = tempfile::tempdir().unwrap();
        let variables = Variables::new(dir.path().into(), [("PATH".to_owned(), "/nowhere".to_owned())]);
        let found = look(dir.path(), &variables, Asking::Network).unwrap();
        assert_eq!((found.folder.clone(), found.hosts.len(), found.tools.len()), (None, 0, 3));
        assert!(found.proposed().is_empty());
    }

    #[test]
    fn a_folder_is_read_where_nothing_else_has_its_repositories() {
        let owner = |name: &str, is_proposed| super::super::Owner {
            name: name.to_owned(),
            repositories: vec![format!("git@git.example.com:{name}/a.git")],
            is_proposed,
        };
        let plain = Host { owners: vec![owner("x", false)], ..Host::named("git.example.com", None) };
        let mut found = Found { folder: Some(("/home/jane/src".into(), 3)), ..Found::default() };
        found.hosts = vec![plain.clone()];
        assert_eq!(names(&found.proposed()), ["src"]);
        let forge = Host {
            token: Some(TokenSettings::Env("GH_TOKEN".to_owned())),
            owners: vec![owner("acme", true), owner("other", false)],
            ..Host::named("github.com", Some(ForgeKind::Github))
        };
        found.hosts = vec![forge, plain];
        assert_eq!(names(&found.proposed()), ["acme", "git.example.com"]);
    }

    #[test]
    fn an_address_in_a_repository_is_never_taken_unseen() {
        let proposed = |origin| {
            let backstage = Some(Lead { url: "https://b.example.com".to_owned(), origin });
            Found { backstage, ..Found::default() }.proposed().len()
        };
        assert_eq!(proposed(LeadOrigin::File("app-config.yaml")), 0);
        assert_eq!((proposed(LeadOrigin::Variable("BACKSTAGE_URL")), proposed(LeadOrigin::SignIn)), (1, 1));
    }
}
