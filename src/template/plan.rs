//! A plan: everything that a run will do, before it does it, as data. The tree is made in memory by the very
//! actions of the run, so that the plan is the final tree. Nothing here touches a disk.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::action::{Carrier, Surroundings, known};
use super::form::Answers;
use super::lint;
use super::model::Template;
use super::render::RenderOptions;
use super::repo_url::Integrations;
use super::workflow::{self, Context, StepReport, StepStatus};
use super::workspace::{EXECUTABLE_MODE, Node, Workspace};
use crate::catalog::{EntityRef, Severity};

/// Which steps a run may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LeaveOut {
    /// None: a plan with a step that cannot be carried out here is refused.
    #[default]
    Nothing,
    /// The steps that reach outside or are not known here: they are left to a person and reported.
    Outside,
}

/// Everything that a run will do.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The template.
    pub template: EntityRef,
    /// What the template is called. Foreign text.
    pub title: String,
    /// The answers, secrets masked.
    pub parameters: Value,
    /// Every step, in order.
    pub steps: Vec<PlannedStep>,
    /// Every file of the final tree, by path.
    pub files: Vec<PlannedFile>,
    /// What the template shows at the end: `links`, `text` and other values, secrets masked.
    pub output: Map<String, Value>,
    /// What a person should know before carrying it out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Why it cannot be carried out at all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// The final tree. Not serialised: its files may hold secrets.
    #[serde(skip)]
    pub tree: Workspace,
}

/// What will become of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Prospect {
    /// It will be done.
    Ready,
    /// Its `if` does not hold.
    Skipped,
    /// It reaches outside, which this version leaves to a person.
    LeftToYou,
    /// Its action is not known here.
    Unknown,
    /// It fails.
    Fails,
    /// It does not run, because an earlier step fails.
    NotRun,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedStep {
    /// Its id.
    pub id: String,
    /// What it is called. Foreign text.
    pub name: String,
    /// Its action.
    pub action: String,
    /// What will become of it.
    pub prospect: Prospect,
    /// What it does, or would do.
    pub does: String,
    /// Why it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The paths that it writes, moves or takes away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// What it says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
}

impl PlannedStep {
    /// Whether this version does not carry it out.
    pub fn is_left_out(&self) -> bool {
        matches!(self.prospect, Prospect::LeftToYou | Prospect::Unknown)
    }
}

/// One file or link of the final tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedFile {
    /// Its path below the output folder.
    pub path: String,
    /// Its size in bytes.
    pub bytes: usize,
    /// Its lines; none for a file that is no text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<usize>,
    /// Whether programs may execute it.
    pub executable: bool,
    /// Where it points, for a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// Works out everything that a run of a template with these answers will do.
pub fn plan(
    template: &Template,
    answers: &Answers,
    user: Option<Value>,
    surroundings: &dyn Surroundings,
) -> Plan {
    let mut problems: Vec<String> = lint::steps(template)
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{} {}", finding.pointer, finding.message))
        .collect();
    let context = Context {
        parameters: answers.parameters.clone(),
        secrets: answers.secrets.clone(),
        user,
        hidden: answers.hidden.clone(),
    };
    let hidden = &answers.hidden;
    let options =
        RenderOptions { integrations: integrations(&answers.parameters), ..RenderOptions::default() };
    let mut carrier = Carrier::new(surroundings, &template.reference, hidden, &options);
    let report = workflow::run(&template.steps, &template.output, &context, &options, &mut carrier);
    let tree = carrier.into_workspace();

    problems.extend(report.failure.clone());
    problems.extend(faults(&tree).into_iter().map(|fault| hidden.mask(&fault)));
    let mut warnings: Vec<String> = report.warnings.iter().map(|warning| hidden.mask(warning)).collect();
    warnings.extend(report.steps.iter().flat_map(|step| &step.deeds).flat_map(|deed| deed.warnings.clone()));
    let steps: Vec<PlannedStep> =
        template.steps.iter().zip(report.steps).map(|(step, report)| planned(step, report)).collect();
    warnings.extend(supposed(&steps, &report.output));
    let output = match hidden.mask_value(&Value::Object(report.output)) {
        Value::Object(output) => output,
        _ => Map::new(),
    };
    Plan {
        template: template.reference.clone(),
        title: template.title.clone(),
        parameters: hidden.mask_value(&Value::Object(answers.parameters.clone())),
        steps,
        files: files(&tree),
        output,
        warnings,
        problems,
        tree,
    }
}

impl Plan {
    /// The steps that this version does not carry out.
    pub fn left_out(&self) -> impl Iterator<Item = &PlannedStep> {
        self.steps.iter().filter(|step| step.is_left_out())
    }

    /// Everything that stands against carrying the plan out.
    pub fn obstacles(&self, leave_out: LeaveOut) -> Vec<String> {
        let mut obstacles = self.problems.clone();
        if leave_out == LeaveOut::Nothing {
            obstacles.extend(self.left_out().map(|step| match step.prospect {
                Prospect::Unknown => {
                    format!("step {:?}: the action {} is not known here", step.id, step.action)
                }
                _ => format!(
                    "step {:?}: {} reaches outside ({}) and is not carried out here",
                    step.id, step.action, step.does
                ),
            }));
        }
        obstacles
    }
}

/// A word of warning where the last words of a template suppose what is left to a person.
fn supposed(steps: &[PlannedStep], output: &Map<String, Value>) -> Option<String> {
    let left_out: Vec<&str> =
        steps.iter().filter(|step| step.is_left_out()).map(|step| step.id.as_str()).collect();
    (!left_out.is_empty() && !output.is_empty()).then(|| {
        format!("What the template says at the end supposes the steps left to you: {}.", left_out.join(", "))
    })
}

/// The public hosts and those that the answers name: a repository picker offered them, so they are meant.
fn integrations(parameters: &Map<String, Value>) -> Integrations {
    let kind = |host: &str| {
        let known =
            [("gitlab", "gitlab"), ("bitbucket", "bitbucketServer"), ("gitea", "gitea"), ("azure", "azure")];
        known.iter().find(|(part, _)| host.contains(part)).map_or("github", |(_, kind)| *kind)
    };
    let named = parameters.values().filter_map(|value| {
        let (host, query) = value.as_str()?.split_once('?')?;
        query.contains("repo=").then(|| (host.to_owned(), kind(host).to_owned()))
    });
    let public = Integrations::public();
    let new: Vec<_> = named.filter(|(host, _)| public.kind(host).is_none()).collect();
    public.with(new)
}

fn planned(step: &super::Step, report: StepReport) -> PlannedStep {
    let prospect = match report.status {
        StepStatus::Done => Prospect::Ready,
        StepStatus::Skipped => Prospect::Skipped,
        StepStatus::Failed => Prospect::Fails,
        StepStatus::NotRun => Prospect::NotRun,
        StepStatus::LeftOut if known(&step.action).is_some() => Prospect::LeftToYou,
        StepStatus::LeftOut => Prospect::Unknown,
    };
    let mut deeds = report.deeds.into_iter();
    let first = deeds.next().unwrap_or_default();
    let mut planned = PlannedStep {
        id: step.id.clone(),
        name: step.name.clone(),
        action: step.action.clone(),
        prospect,
        does: first.does,
        error: report.error,
        paths: first.paths,
        messages: first.messages,
    };
    for (more, deed) in deeds.enumerate() {
        if more == 0 {
            planned.does.push_str(", and so on for each item");
        }
        planned.paths.extend(deed.paths);
        planned.messages.extend(deed.messages);
    }
    planned
}

fn files(tree: &Workspace) -> Vec<PlannedFile> {
    let planned = tree.entries().filter_map(|(path, node)| {
        let path = path.to_owned();
        match node {
            Node::Directory => None,
            Node::File { bytes, mode } => Some(PlannedFile {
                path,
                bytes: bytes.len(),
                lines: std::str::from_utf8(bytes).ok().map(|text| text.lines().count()),
                executable: *mode == EXECUTABLE_MODE,
                link: None,
            }),
            Node::Symlink { target } => Some(PlannedFile {
                path,
                bytes: 0,
                lines: None,
                executable: false,
                link: Some(target.clone()),
            }),
        }
    });
    planned.collect()
}

/// What makes a tree unfit for a disk: the machinery of git, and names that differ by case only.
fn faults(tree: &Workspace) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for (path, _) in tree.entries() {
        if path.split('/').any(is_git) {
            faults.push(format!("the path {path:?} would reach into the machinery of git"));
        }
        if let Some(twin) = seen.insert(path.to_lowercase(), path) {
            faults.push(format!("the paths {twin:?} and {path:?} are one on many file systems"));
        }
    }
    faults.truncate(MAX_FAULTS);
    faults
}

/// Faults of a tree that are listed.
const MAX_FAULTS: usize = 20;

/// Whether a name is `.git` on some file system: any case, with trailing dots and blanks, or its short form.
fn is_git(name: &str) -> bool {
    let name = name.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    // HFS+ ignores these characters in names.
    let plain: String = name.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')).collect();
    plain == ".git" || plain == "git~1"
}

#[cfg(test)]
mod tests;
