//! The template language: files, values of steps, repository URLs. The generation claimed is the current one
//! (scaffolder-backend 4.0.3 and later), so `expect_legacy` is not looked at.

use callboard::template::expression::{Delimiters, Whitespace};
use callboard::template::render::{OnError, RenderOptions, Rendered, render_text, render_value};
use callboard::template::repo_url::{Integrations, RepoUrl};
use serde_json::{Value, json};

use crate::expect_equal;

pub(crate) fn text(case: &Value, file: &Value) -> Result<(), String> {
    let option =
        |name: &str| case.pointer(&format!("/options/{name}")).and_then(Value::as_bool) == Some(true);
    let whitespace = Whitespace { trim_blocks: option("trimBlocks"), lstrip_blocks: option("lstripBlocks") };
    rendered(case, file, &RenderOptions { whitespace, ..RenderOptions::default() })
}

pub(crate) fn cookiecutter(case: &Value, file: &Value) -> Result<(), String> {
    let delimiters = Delimiters::Cookiecutter;
    rendered(case, file, &RenderOptions { delimiters, ..RenderOptions::default() })
}

fn rendered(case: &Value, file: &Value, options: &RenderOptions) -> Result<(), String> {
    let source = case["input"].as_str().unwrap_or_default();
    match render_text(source, &file["context"], options) {
        Ok(text) => expect_equal(&json!({"value": text}), &case["expect"]),
        Err(_) if case["expect"].get("error").is_some() => Ok(()),
        Err(error) => Err(format!("{error} Expected {}.", case["expect"])),
    }
}

pub(crate) fn value(case: &Value, file: &Value) -> Result<(), String> {
    let options = RenderOptions { on_error: OnError::KeepSource, ..RenderOptions::default() };
    let found = match render_value(&case["input"], &file["context"], &options) {
        Ok(Rendered::Value(value)) => json!({"value": value}),
        Ok(Rendered::Undefined) => json!({"undefined": true}),
        Err(error) => return Err(error.to_string()),
    };
    expect_equal(&found, &case["expect"])
}

pub(crate) fn repo_url(case: &Value, file: &Value) -> Result<(), String> {
    let kinds = file["integrations"].as_object().into_iter().flatten();
    let hosts = kinds.flat_map(|(kind, hosts)| {
        let hosts = hosts.as_array().into_iter().flatten().filter_map(Value::as_str);
        hosts.map(|host| (host.to_owned(), kind.clone()))
    });
    let integrations = Integrations::new(hosts);
    let found = match RepoUrl::parse(case["input"].as_str().unwrap_or_default(), &integrations) {
        Ok(url) => serde_json::to_value(url).unwrap(),
        Err(_) => json!({"error": true}),
    };
    expect_equal(&found, &case["expect"])
}
