//! What the programs of forges said, as findings: for `init` and `doctor`.

use crate::ops::init::{Account, Answer, ToolAnswer};

/// Something that a program said.
pub(super) struct ToolFinding {
    /// What, as a phrase. Foreign text.
    pub(super) found: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
    /// Whether it is wrong, and not only missing.
    pub(super) is_wrong: bool,
}

impl ToolFinding {
    fn fine(found: impl Into<String>) -> Self {
        Self { found: found.into(), hint: None, is_wrong: false }
    }

    /// All of it on one line, for somebody who wants to know only what there is.
    pub(super) fn told(&self) -> String {
        let found = self.found.split(" (").next().unwrap_or_default();
        self.hint.as_ref().map_or_else(|| found.to_owned(), |hint| format!("{found}: {hint}"))
    }
}

/// What a program said, one for each account.
pub(super) fn findings(answer: &ToolAnswer) -> Vec<ToolFinding> {
    let sign_in = format!("`{}`", answer.tool.sign_in());
    match &answer.answer {
        Answer::Missing => vec![ToolFinding::fine("not installed")],
        Answer::NotAsked => {
            vec![ToolFinding::fine("installed; not asked where you are signed in, as it would ask its forge")]
        }
        Answer::Failed(why) => vec![ToolFinding {
            found: why.trim_end_matches('.').to_owned(),
            hint: Some("run it by hand to see what it waits for".to_owned()),
            is_wrong: true,
        }],
        Answer::Accounts(accounts) if accounts.is_empty() => {
            vec![ToolFinding { found: "signed in nowhere".to_owned(), hint: Some(sign_in), is_wrong: false }]
        }
        Answer::Accounts(accounts) => accounts.iter().map(|account| of_account(account, &sign_in)).collect(),
    }
}

fn of_account(account: &Account, sign_in: &str) -> ToolFinding {
    let host = &account.host;
    match (&account.trouble, &account.login) {
        (Some(why), _) => {
            let found = format!("not let in at {host} ({})", why.trim_end_matches('.'));
            // glab names gitlab.com also where nobody ever signed in to it.
            ToolFinding { found, hint: Some(sign_in.to_owned()), is_wrong: false }
        }
        (None, Some(login)) => ToolFinding::fine(format!("signed in to {host} as {login}")),
        (None, None) => ToolFinding::fine(format!("signed in to {host}")),
    }
}
