//! Where things are: location references and addresses of forges.

use callboard::catalog::location::{LocationError, LocationRef};
use callboard::catalog::scm_url::{Access, Forge, Forges};
use serde_json::{Value, json};

use crate::expect_equal;

pub(crate) fn location_ref(case: &Value, _: &Value) -> Result<(), String> {
    let found = match LocationRef::parse(case["input"].as_str().unwrap_or_default()) {
        Ok(location) => json!({"type": location.location_type, "target": location.target}),
        Err(LocationError::Malformed(_)) => json!({"error": "malformed"}),
        Err(LocationError::MissingUrlPrefix(_)) => json!({"error": "missing-url-prefix"}),
        Err(LocationError::ScriptUrl(_)) => json!({"error": "script-url"}),
    };
    expect_equal(&found, &case["expect"])
}

pub(crate) fn scm_urls(case: &Value, _: &Value) -> Result<(), String> {
    let forges = Forges::default()
        .with("gitea.example.com", Forge::Gitea)
        .with("bb.example.com", Forge::BitbucketServer);
    let text = |pointer: &str| case.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let found = match text("/op") {
        "resolve" => forges.resolve(text("/input/url"), text("/input/base")),
        "edit-url" => Ok(forges.edit_url(text("/input"))),
        "fetch-url" => {
            let is_anonymous = text("/provider").contains("no token");
            forges.fetch_url(text("/input"), if is_anonymous { Access::Anonymous } else { Access::Token })
        }
        other => return Err(format!("unknown operation {other}")),
    };
    let found = found.map_or_else(|_| json!({"error": true}), Value::from);
    expect_equal(&found, &case["expect"])
}
