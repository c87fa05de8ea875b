//! The envelope and the common fields: what every entity has, whatever its kind.

use serde_json::{Map, Value};

use super::path::{self, Path};
use super::shape::{Check, Fields, Need, Shape, TEXTS};
use super::{Finding, Stage, format, quote, suggest};
use crate::catalog::Code;

use Need::{Optional, Required};
use Shape::{AnyText, List, Text};

/// The only fields at the root of a descriptor.
const ROOT_FIELDS: [&str; 4] = ["apiVersion", "kind", "metadata", "spec"];

/// Root fields that answers of the API have and descriptors have not.
const SERVER_FIELDS: [&str; 2] = ["relations", "status"];

const IDENTITY: Fields =
    Fields { named: &[("name", Text, Required), ("namespace", Text, Optional)], others: None };

const LINK: Fields = Fields {
    named: &[
        ("url", Text, Required),
        ("title", Text, Optional),
        ("icon", Text, Optional),
        ("type", Text, Optional),
    ],
    others: None,
};

const TEXT_MAP: Fields = Fields { named: &[], others: Some(&AnyText) };

/// `metadata` without what the envelope has checked.
const METADATA: Fields = Fields {
    named: &[
        ("uid", Text, Optional),
        ("etag", Text, Optional),
        ("title", Text, Optional),
        ("description", AnyText, Optional),
        ("labels", Shape::Map(&TEXT_MAP), Optional),
        ("annotations", Shape::Map(&TEXT_MAP), Optional),
        ("tags", TEXTS, Optional),
        ("links", List(&Shape::Map(&LINK), 0), Optional),
    ],
    others: None,
};

/// Checks the envelope, the root fields, the common fields and their formats.
pub(super) fn check(entity: &Value, findings: &mut Vec<Finding>) {
    envelope(entity, findings);
    entity_schema(entity, findings);
    root_fields(entity, findings);
    formats(entity, findings);
}

fn envelope(entity: &Value, findings: &mut Vec<Finding>) {
    let start = findings.len();
    let mut check = checker(Stage::Envelope, findings);
    for name in ["apiVersion", "kind", "metadata"] {
        if entity.get(name).is_none() {
            check.absent(&Path::Root, name);
        }
    }
    for name in ["apiVersion", "kind"] {
        if let Some(value) = entity.get(name) {
            check.value(value, &Text, &Path::Root.key(name));
        }
    }
    if let Some(metadata) = entity.get("metadata") {
        check.value(metadata, &Shape::Map(&IDENTITY), &path::METADATA);
    }
    // At the root Backstage names a missing field without a slash.
    for finding in &mut findings[start..] {
        if finding.code == Code::MissingField && finding.pointer.matches('/').count() == 1 {
            finding.field = finding.pointer[1..].to_owned();
        }
    }
}

fn entity_schema(entity: &Value, findings: &mut Vec<Finding>) {
    let mut check = checker(Stage::Policy, findings);
    for (key, value) in entity.as_object().into_iter().flatten() {
        if !ROOT_FIELDS.contains(&key.as_str()) && !SERVER_FIELDS.contains(&key.as_str()) {
            check.findings.push(unknown_root_field(key, value, String::new()));
        }
    }
    if let Some(metadata @ Value::Object(_)) = entity.get("metadata") {
        check.fields(metadata, &METADATA, &path::METADATA);
    }
    if let Some(spec) = entity.get("spec").filter(|spec| !spec.is_object()) {
        const ANYTHING: Fields = Fields { named: &[], others: None };
        check.value(spec, &Shape::Map(&ANYTHING), &path::SPEC);
    }
}

fn root_fields(entity: &Value, findings: &mut Vec<Finding>) {
    for key in SERVER_FIELDS {
        if let Some(value) = entity.get(key) {
            findings.push(unknown_root_field(key, value, key.to_owned()));
        }
    }
}

fn unknown_root_field(key: &str, value: &Value, field: String) -> Finding {
    let fix = if SERVER_FIELDS.contains(&key) {
        "Remove it: the server makes it.".to_owned()
    } else if let Some(near) = suggest::nearest(key, ROOT_FIELDS) {
        suggest::did_you_mean(&near)
    } else if value.is_object() || value.is_array() {
        "Move it below spec.".to_owned()
    } else {
        "Move it below metadata or spec.".to_owned()
    };
    Finding {
        code: Code::UnknownRootField,
        stage: Stage::Policy,
        field,
        pointer: Path::Root.key(key).pointer(),
        is_about_key: true,
        message: format!("The field {} is unknown at the root of a descriptor.", quote(&key.into())),
        fix: Some(fix),
    }
}

fn formats(entity: &Value, findings: &mut Vec<Finding>) {
    let mut wrong = |code, field: String, pointer: String, value: &Value, what: &str, better| {
        findings.push(Finding {
            code,
            stage: Stage::Policy,
            field,
            pointer,
            is_about_key: false,
            message: format!("{} is no {what}{}.", quote(value), rule(code)),
            fix: better,
        });
    };
    let mean = |better: Option<String>| better.map(|better| suggest::did_you_mean(&better));

    if let Some((value, text)) = filled(entity.get("apiVersion"))
        && !format::is_api_version(text)
    {
        let near = suggest::nearest(text, ["backstage.io/v1alpha1", "scaffolder.backstage.io/v1beta3"]);
        wrong(
            Code::ApiVersionFormat,
            "apiVersion".into(),
            "/apiVersion".into(),
            value,
            "apiVersion",
            mean(near),
        );
    }
    if let Some((value, text)) = filled(entity.get("kind"))
        && !format::is_kind(text)
    {
        let near = suggest::nearest(text, super::kinds::KINDS.iter().map(|kind| kind.name));
        wrong(Code::KindFormat, "kind".into(), "/kind".into(), value, "kind", mean(near));
    }
    let Some(metadata) = entity.get("metadata").and_then(Value::as_object) else { return };
    if let Some((value, text)) = filled(metadata.get("name"))
        && !format::is_name(text)
    {
        let better = mean(suggest::as_name(text));
        wrong(Code::NameFormat, "metadata.name".into(), "/metadata/name".into(), value, "name", better);
    }
    if let Some((value, text)) = filled(metadata.get("namespace"))
        && !format::is_dns_label(text)
    {
        let better = mean(suggest::as_namespace(text));
        let (field, pointer) = ("metadata.namespace".to_owned(), "/metadata/namespace".to_owned());
        wrong(Code::NamespaceFormat, field, pointer, value, "namespace", better);
    }
    keyed(metadata, "labels", Code::LabelFormat, findings);
    keyed(metadata, "annotations", Code::AnnotationFormat, findings);
    tags(metadata, findings);
    links(metadata, findings);
}

/// A value that is a text and not empty.
fn filled(value: Option<&Value>) -> Option<(&Value, &str)> {
    let value = value?;
    Some((value, value.as_str().filter(|text| !text.is_empty())?))
}

/// What a value is like, to follow the word that it is none.
fn rule(code: Code) -> &'static str {
    match code {
        Code::NameFormat => ": a name is up to 63 letters and digits, with `-`, `_` or `.` between them",
        Code::NamespaceFormat => {
            ": a namespace is up to 63 lower-case letters and digits, with `-` between them"
        }
        Code::KindFormat => ": a kind is up to 63 letters and digits, and begins with a letter",
        _ => "",
    }
}

/// Checks labels or annotations.
fn keyed(metadata: &Map<String, Value>, name: &str, code: Code, findings: &mut Vec<Finding>) {
    for (key, value) in metadata.get(name).and_then(Value::as_object).into_iter().flatten() {
        let mut wrong = |is_about_key, message: String, better: Option<String>| {
            findings.push(Finding {
                code,
                stage: Stage::Policy,
                field: format!("{name}.{key}"),
                pointer: path::METADATA.key(name).key(key).pointer(),
                is_about_key,
                message,
                fix: Some(better.map_or_else(
                    || "Write a name, such as `team` or `example.com/team`.".to_owned(),
                    |better| suggest::did_you_mean(&better),
                )),
            });
        };
        let noun = if code == Code::LabelFormat { "a label" } else { "an annotation" };
        if !format::is_key(key) {
            let message = format!("{} is no key of {noun}: {KEY_RULE}.", quote(&key.as_str().into()));
            wrong(true, message, as_key(key));
        }
        if let Some(text) =
            value.as_str().filter(|text| code == Code::LabelFormat && !format::is_label_value(text))
        {
            let message = format!(
                "{} is no value of a label: it takes up to 63 letters and digits, with `-`, `_` or `.` between them.",
                quote(value)
            );
            wrong(false, message, suggest::as_name(text));
        }
    }
}

/// What a key of a label or an annotation is like.
const KEY_RULE: &str =
    "a key is up to 63 letters, digits, `-`, `_` and `.`, with at most one `example.com/` before them";

/// A text as the key of a label or an annotation; nothing where more than a slip is wrong with it.
fn as_key(key: &str) -> Option<String> {
    let better = match key.split_once('/') {
        Some((prefix, suffix)) => {
            let prefix = prefix.to_lowercase();
            format!("{prefix}/{}", suggest::as_name(suffix).unwrap_or_else(|| suffix.to_owned()))
        }
        None => suggest::as_name(key)?,
    };
    format::is_key(&better).then_some(better)
}

fn tags(metadata: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let tags = metadata.get("tags").and_then(Value::as_array);
    for (index, tag) in tags.into_iter().flatten().enumerate() {
        let Some(text) = tag.as_str().filter(|text| !text.is_empty() && !format::is_tag(text)) else {
            continue;
        };
        findings.push(Finding {
            code: Code::TagFormat,
            stage: Stage::Policy,
            field: format!("tags.{index}"),
            pointer: format!("/metadata/tags/{index}"),
            is_about_key: false,
            message: format!(
                "{} is no tag: tags are lower case, without blanks, dots and underscores.",
                quote(tag)
            ),
            fix: suggest::as_tag(text).map(|better| suggest::did_you_mean(&better)),
        });
    }
}

fn links(metadata: &Map<String, Value>, findings: &mut Vec<Finding>) {
    let links = metadata.get("links").and_then(Value::as_array);
    for (index, link) in links.into_iter().flatten().enumerate() {
        let filled = |key: &str| link.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut wrong = |key: &str, message: String, fix: Option<String>| {
            findings.push(Finding {
                code: Code::LinkFormat,
                stage: Stage::Policy,
                field: format!("links.{index}.{key}"),
                pointer: format!("/metadata/links/{index}/{key}"),
                is_about_key: false,
                message,
                fix,
            });
        };
        if let Some(url) = filled("url").filter(|url| !crate::catalog::url::is_url(url)) {
            let with_scheme = format!("https://{}", url.trim_start_matches('/'));
            let better =
                (url.contains('.') && crate::catalog::url::is_url(&with_scheme)).then_some(with_scheme);
            let message = format!("{} is no address with a scheme.", quote(&url.into()));
            let whole = || "Write it whole, such as https://example.com/x.".to_owned();
            wrong("url", message, Some(better.map_or_else(whole, |better| suggest::did_you_mean(&better))));
        }
        for key in ["title", "icon"] {
            if filled(key).is_some_and(|text| text.trim().is_empty()) {
                wrong(
                    key,
                    format!("The {key} of the link is blank."),
                    Some("Remove the line, or give it a text.".into()),
                );
            }
        }
    }
}

fn checker(stage: Stage, findings: &mut Vec<Finding>) -> Check<'_> {
    Check {
        stage,
        missing: Code::MissingField,
        wrong_type: Code::WrongFieldType,
        empty: Code::EmptyField,
        findings,
    }
}
