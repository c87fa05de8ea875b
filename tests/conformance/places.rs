//! Where things are: location references and addresses of forges.

use callboard::catalog::location::{LocationError, LocationRef};
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
