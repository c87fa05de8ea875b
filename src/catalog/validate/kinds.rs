//! Backstage's kinds: their versions and their schemas.

use serde_json::Value;

use super::path::{self, Path};
use super::shape::{Check, Fields, Need, Shape, TEXTS};
use super::{Finding, Stage, quote, suggest};
use crate::catalog::Code;

use Need::{Optional, Required};
use Shape::{AnyText, List, Map, MapOrList, OneOf, References, Switch, Text, TextUpTo};

/// A kind that Backstage knows.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) api_versions: &'static [&'static str],
    pub(super) spec: Fields,
    /// Whether only an opt-in model layer declares it.
    needs_layer: bool,
}

/// A map of which only the named fields are said.
const fn open(named: &'static [(&'static str, Shape, Need)]) -> Fields {
    Fields { named, others: None }
}

const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];

const ANYTHING: Fields = open(&[]);

const PROFILE: Fields =
    open(&[("displayName", Text, Optional), ("email", Text, Optional), ("picture", Text, Optional)]);

const PERMISSIONS: Fields = open(&[("tags", List(&AnyText, 0), Optional)]);

const PARAMETERS: Fields = open(&[("backstage:permissions", Map(&PERMISSIONS), Optional)]);

const BUTTONS: Fields = open(&[
    ("backButtonText", AnyText, Optional),
    ("createButtonText", AnyText, Optional),
    ("reviewButtonText", AnyText, Optional),
]);

const DECORATOR: Fields = open(&[("id", AnyText, Optional), ("input", Map(&ANYTHING), Optional)]);

const STEP: Fields = open(&[
    ("action", AnyText, Required),
    ("id", AnyText, Optional),
    ("name", AnyText, Optional),
    ("input", Map(&ANYTHING), Optional),
    ("if", Switch, Optional),
    ("backstage:permissions", Map(&PERMISSIONS), Optional),
]);

const OUTPUT_LINK: Fields = open(&[
    ("if", Switch, Optional),
    ("url", Text, Optional),
    ("entityRef", Text, Optional),
    ("title", Text, Optional),
    ("icon", Text, Optional),
]);

const OUTPUT_TEXT: Fields = open(&[
    ("if", Switch, Optional),
    ("title", Text, Optional),
    ("icon", Text, Optional),
    ("content", AnyText, Optional),
]);

const OUTPUT: Fields = Fields {
    named: &[
        ("links", List(&Map(&OUTPUT_LINK), 0), Optional),
        ("text", List(&Map(&OUTPUT_TEXT), 0), Optional),
    ],
    others: Some(&AnyText),
};

const TEMPLATE: Fields = open(&[
    ("type", Text, Required),
    ("owner", Text, Optional),
    ("lifecycle", Text, Optional),
    ("parameters", MapOrList(&PARAMETERS), Optional),
    ("secrets", Map(&open(&[("schema", Map(&ANYTHING), Optional)])), Optional),
    ("presentation", Map(&open(&[("buttonLabels", Map(&BUTTONS), Optional)])), Optional),
    ("EXPERIMENTAL_recovery", Map(&open(&[("EXPERIMENTAL_strategy", AnyText, Optional)])), Optional),
    ("formDecorators", List(&Map(&DECORATOR), 0), Optional),
    ("EXPERIMENTAL_formDecorators", List(&Map(&DECORATOR), 0), Optional),
    ("steps", List(&Map(&STEP), 0), Required),
    ("output", Map(&OUTPUT), Optional),
]);

const AI_RESOURCE: Fields = open(&[
    ("type", Text, Required),
    ("lifecycle", Text, Required),
    ("owner", Text, Required),
    ("system", Text, Optional),
]);

/// What a type of `AiResource` has beside the common fields.
const AI_TYPES: &[(&str, Fields)] = &[
    (
        "skill",
        open(&[
            ("disciplines", TEXTS, Optional),
            ("categories", TEXTS, Optional),
            ("agents", TEXTS, Optional),
            ("dependsOn", TEXTS, Optional),
            ("allowedTools", Text, Optional),
            ("license", Text, Optional),
            ("compatibility", TextUpTo(500), Optional),
        ]),
    ),
    (
        "rule",
        open(&[
            ("category", Text, Required),
            ("rationale", Text, Required),
            ("disciplines", TEXTS, Optional),
        ]),
    ),
    ("plugin", open(&[("skills", TEXTS, Required), ("version", Text, Optional)])),
    ("marketplace", open(&[("plugins", TEXTS, Required), ("version", Text, Optional)])),
];

const DEFINITION: &str = "/spec/definition";

/// Every kind that Backstage knows.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "Component",
        api_versions: CORE,
        needs_layer: false,
        spec: open(&[
            ("type", Text, Required),
            ("lifecycle", Text, Required),
            ("owner", Text, Required),
            ("system", Text, Optional),
            ("subcomponentOf", Text, Optional),
            ("providesApis", TEXTS, Optional),
            ("consumesApis", TEXTS, Optional),
            ("dependsOn", TEXTS, Optional),
            ("dependencyOf", References, Optional),
        ]),
    },
    Kind {
        name: "API",
        api_versions: CORE,
        needs_layer: false,
        spec: open(&[
            ("type", Text, Required),
            ("lifecycle", Text, Required),
            ("owner", Text, Required),
            ("definition", Text, Required),
            ("system", Text, Optional),
        ]),
    },
    Kind {
        name: "Resource",
        api_versions: CORE,
        needs_layer: false,
        spec: open(&[
            ("type", Text, Required),
            ("owner", Text, Required),
            ("dependsOn", TEXTS, Optional),
            ("dependencyOf", References, Optional),
            ("system", Text, Optional),
        ]),
    },
    Kind {
        name: "System",
        api_versions: CORE,
        needs_layer: false,
        spec: open(&[("owner", Text, Required), ("domain", Text, Optional), ("type", Text, Optional)]),
    },
    Kind {
        name: "Domain",
        api_versions: CORE,
        needs_layer: false,
        spec: open(&[("owner", Text, Required), ("subdomainOf", Text, Optional), ("type", Text, Optional)]),
    },
    Kind {
        name: "Group",
        api_versions: CORE,
        needs_layer: false,
        spec: open(&[
            ("type", Text, Required),
            ("children", TEXTS, Required),
            ("profile", Map(&PROFILE), Optional),
            ("parent", Text, Optional),
            ("members", TEXTS, Optional),
        ]),
    },
    Kind {
        name: "User",
        api_versions: CORE,
        needs_layer: false,
        spec: open(&[("memberOf", TEXTS, Required), ("profile", Map(&PROFILE), Optional)]),
    },
    Kind {
        name: "Location",
        api_versions: CORE,
        needs_layer: false,
        spec: open(&[
            ("type", Text, Optional),
            ("target", Text, Optional),
            ("targets", TEXTS, Optional),
            ("presence", OneOf(&["required", "optional"]), Optional),
        ]),
    },
    Kind {
        name: "Template",
        api_versions: &["scaffolder.backstage.io/v1beta3"],
        needs_layer: false,
        spec: TEMPLATE,
    },
    Kind {
        name: "AiResource",
        api_versions: &["backstage.io/v1alpha1"],
        needs_layer: true,
        spec: AI_RESOURCE,
    },
];

/// Whether Backstage knows the kind, written exactly so.
pub(in crate::catalog) fn is_known_kind(kind: &str) -> bool {
    find(kind).is_some()
}

pub(super) fn find(kind: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|known| known.name == kind)
}

/// Checks that kind and apiVersion are known together, and the kind's schema.
pub(super) fn check(entity: &Value, findings: &mut Vec<Finding>) {
    let text = |key: &str| entity.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (Some(kind), Some(version)) = (text("kind"), text("apiVersion")) else { return };
    let Some(known) = find(kind) else {
        findings.push(mistyped_kind(kind, version).unwrap_or_else(|| unknown_kind(kind)));
        return;
    };
    if !known.api_versions.contains(&version) {
        findings.push(unknown_version(known, version));
        return;
    }
    if known.needs_layer {
        let mut finding = unknown_kind(kind);
        finding.message = format!("{kind} is a kind that only an opt-in layer of Backstage declares.");
        findings.push(finding);
    }
    let mut check = Check {
        stage: Stage::KindSchema,
        missing: Code::MissingSpecField,
        wrong_type: Code::WrongSpecType,
        empty: Code::EmptySpecField,
        findings,
    };
    match entity.get("spec") {
        None => {
            check.absent(&Path::Root, "spec");
            if let Some(missing) = check.findings.last_mut() {
                "spec".clone_into(&mut missing.field);
            }
        }
        Some(spec @ Value::Object(_)) => {
            check.fields(spec, &known.spec, &path::SPEC);
            let spec_type = spec.get("type").and_then(Value::as_str);
            if let Some((_, fields)) =
                AI_TYPES.iter().find(|(name, _)| known.needs_layer && spec_type == Some(*name))
            {
                check.fields(spec, fields, &path::SPEC);
            }
            let is_mcp_server = known.name == "API" && spec_type == Some("mcp-server");
            if let Some(missing) = check.findings.iter_mut().find(|it| it.pointer == DEFINITION)
                && is_mcp_server
                && spec.get("remotes").is_some()
            {
                let fix = "Leave it out where your Backstage has the layer that declares mcp-server; a stock one wants it.";
                missing.fix = Some(fix.to_owned());
            }
        }
        // The entity's own schema has said so already.
        Some(_) => {}
    }
}

fn unknown_kind(kind: &str) -> Finding {
    of_kind(
        Code::UnknownKind,
        format!("The kind {} is not one of Backstage's own.", quote(&kind.into())),
        None,
    )
}

/// A kind that differs from one of Backstage's in case only or, with one of Backstage's versions, by a slip.
fn mistyped_kind(kind: &str, version: &str) -> Option<Finding> {
    /// In a shorter word another letter makes another kind: an `App` is no mistyped `API`.
    const SHORTEST_SLIP: usize = 5;
    let names = || KINDS.iter().map(|known| known.name);
    let is_slip = kind.len() >= SHORTEST_SLIP && is_of_backstage(version);
    let meant = names()
        .find(|name| name.eq_ignore_ascii_case(kind))
        .map(str::to_owned)
        .or_else(|| is_slip.then(|| suggest::nearest(kind, names()))?)?;
    let message =
        format!("The kind {} is not one of Backstage's own, but nearly {meant}.", quote(&kind.into()));
    Some(of_kind(Code::MistypedKind, message, Some(format!("Did you mean {meant}?"))))
}

fn of_kind(code: Code, message: String, fix: Option<String>) -> Finding {
    let (field, pointer) = ("kind".to_owned(), "/kind".to_owned());
    Finding { code, stage: Stage::Kind, field, pointer, is_about_key: false, message, fix }
}

/// Whether a version is of a group that Backstage gives its own kinds.
pub(in crate::catalog) fn is_of_backstage(version: &str) -> bool {
    let group = version.split('/').next().unwrap_or_default();
    group == "backstage.io" || group.ends_with(".backstage.io")
}

fn unknown_version(kind: &Kind, version: &str) -> Finding {
    let versions = kind.api_versions.join(" or ");
    Finding {
        code: Code::UnknownApiVersion,
        stage: Stage::Kind,
        field: "apiVersion".to_owned(),
        pointer: "/apiVersion".to_owned(),
        is_about_key: false,
        message: format!("{} has no apiVersion {}; it is {versions}.", kind.name, quote(&version.into())),
        fix: Some(suggest::did_you_mean(kind.api_versions[0])),
    }
}
