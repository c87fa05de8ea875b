//! The actions that templates call, by what is known of them: which inputs they take and whether they can be
//! carried out here or reach outside.

/// How far an action reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It is carried out here: it changes nothing but the tree that a run makes.
    Here,
    /// It changes or asks something outside, in the given words. This version does not carry it out.
    Outside(&'static str),
}

/// What is known of an action.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Its id, such as `fetch:template`.
    pub id: &'static str,
    /// How far it reaches.
    pub reach: Reach,
    /// The inputs that it needs.
    pub required: &'static [&'static str],
    /// The inputs that it takes beside those; empty for actions outside, whose inputs are not checked.
    pub optional: &'static [&'static str],
}

const fn here(
    id: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Known {
    Known { id, reach: Reach::Here, required, optional }
}

const fn outside(id: &'static str, does: &'static str) -> Known {
    Known { id, reach: Reach::Outside(does), required: &[], optional: &[] }
}

/// Every action that is known.
pub const KNOWN: &[Known] = &[
    here(
        "fetch:template",
        &["url"],
        &[
            "targetPath",
            "values",
            "copyWithoutTemplating",
            "copyWithoutRender",
            "cookiecutterCompat",
            "templateFileExtension",
            "replace",
            "trimBlocks",
            "lstripBlocks",
            "token",
        ],
    ),
    here("fetch:plain", &["url"], &["targetPath", "token"]),
    here("fetch:plain:file", &["url", "targetPath"], &["token"]),
    here("debug:log", &[], &["message", "listWorkspace"]),
    here("debug:wait", &[], &["minutes", "seconds", "milliseconds"]),
    here("catalog:write", &["entity"], &["filePath"]),
    here("catalog:fetch", &[], &["entityRef", "entityRefs", "optional", "defaultKind", "defaultNamespace"]),
    here("fs:rename", &["files"], &[]),
    here("fs:delete", &["files"], &[]),
    here("roadiehq:utils:fs:write", &["path", "content"], &["preserveFormatting"]),
    outside("catalog:register", "adds a location to the catalog"),
    outside("publish:github", "creates a repository and pushes the files"),
    outside("publish:gitlab", "creates a repository and pushes the files"),
    outside("publish:azure", "creates a repository and pushes the files"),
    outside("publish:bitbucket", "creates a repository and pushes the files"),
    outside("publish:bitbucketCloud", "creates a repository and pushes the files"),
    outside("publish:bitbucketServer", "creates a repository and pushes the files"),
    outside("publish:gerrit", "creates a repository and pushes the files"),
    outside("publish:gitea", "creates a repository and pushes the files"),
    outside("publish:github:pull-request", "opens a pull request with the files"),
    outside("publish:gitlab:merge-request", "opens a merge request with the files"),
    outside("publish:bitbucketCloud:pull-request", "opens a pull request with the files"),
    outside("publish:bitbucketServer:pull-request", "opens a pull request with the files"),
    outside("publish:gerrit:review", "opens a review with the files"),
    outside("github:repo:create", "creates a repository"),
    outside("github:repo:push", "pushes the files"),
    outside("gitlab:repo:push", "pushes the files"),
    outside("github:actions:dispatch", "starts a workflow"),
    outside("github:autolinks:create", "changes a repository's settings"),
    outside("github:branch-protection:create", "changes a repository's settings"),
    outside("github:deployKey:create", "changes a repository's settings"),
    outside("github:environment:create", "changes a repository's settings"),
    outside("github:pages:enable", "changes a repository's settings"),
    outside("github:webhook", "changes a repository's settings"),
    outside("github:issues:create", "opens an issue"),
    outside("github:issues:label", "labels an issue"),
    outside("gitlab:group:ensureExists", "creates a group"),
    outside("gitlab:issues:create", "opens an issue"),
    outside("gitlab:issue:edit", "changes an issue"),
    outside("gitlab:pipeline:trigger", "starts a pipeline"),
    outside("gitlab:projectAccessToken:create", "creates a token"),
    outside("gitlab:projectDeployToken:create", "creates a token"),
    outside("gitlab:projectVariable:create", "changes a repository's settings"),
    outside("gitlab:user:info", "asks GitLab about a user"),
    outside("bitbucket:pipelines:run", "starts a pipeline"),
    outside("confluence:transform:markdown", "reads pages of Confluence"),
    outside("notification:send", "sends a notification"),
    outside("sentry:project:create", "creates a project"),
    outside("sentry:fetch:dsn", "asks Sentry about a project"),
];

/// What is known of an action.
pub fn known(id: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.id == id)
}

impl Known {
    /// All inputs that the action takes; empty where they are not known.
    pub fn inputs(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}
