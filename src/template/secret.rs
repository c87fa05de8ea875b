//! Values that must never be shown, and the masking of every text that may hold one.

use std::fmt;

use serde_json::Value;

/// What stands in the place of a secret.
pub const MASK: &str = "***";

/// Characters below which a value is not searched for in texts: a single letter would mask everything. It is
/// still masked where it stands alone.
const LEAST_LENGTH: usize = 4;

/// Values that must never be shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets(Vec<String>);

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

impl<'a> FromIterator<&'a str> for Secrets {
    fn from_iter<I: IntoIterator<Item = &'a str>>(values: I) -> Self {
        let mut secrets: Vec<String> =
            values.into_iter().filter(|value| !value.is_empty()).map(str::to_owned).collect();
        // The longest first: a secret that contains another is masked whole.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self(secrets)
    }
}

impl Secrets {
    /// The text with every secret masked, also where it was turned to upper or lower case, reversed, or
    /// written as JSON.
    pub fn mask(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for secret in &self.0 {
            if masked == *secret {
                return MASK.to_owned();
            }
            if secret.chars().count() < LEAST_LENGTH {
                continue;
            }
            for form in forms(secret) {
                if masked.contains(&form) {
                    masked = masked.replace(&form, MASK);
                }
            }
        }
        masked
    }

    /// The value with every secret in its texts masked.
    pub fn mask_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.mask(text)),
            Value::Array(items) => Value::Array(items.iter().map(|item| self.mask_value(item)).collect()),
            Value::Object(map) => Value::Object(
                map.iter().map(|(key, value)| (self.mask(key), self.mask_value(value))).collect(),
            ),
            other => other.clone(),
        }
    }

    /// Whether there is nothing to hide.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The forms in which filters of the expression language may show a secret.
fn forms(secret: &str) -> [String; 5] {
    let json = Value::String(secret.to_owned()).to_string();
    [
        secret.to_owned(),
        secret.to_uppercase(),
        secret.to_lowercase(),
        secret.chars().rev().collect(),
        json.trim_matches('"').to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_secret_is_masked_in_every_form() {
        let secrets: Secrets = ["s3cr3t-Value"].into_iter().collect();
        assert_eq!(secrets.mask("a s3cr3t-Value, S3CR3T-VALUE, eulaV-t3rc3s"), "a ***, ***, ***");
        assert_eq!(secrets.mask_value(&json!({"k": ["s3cr3t-value", 1]})), json!({"k": ["***", 1]}));
    }

    #[test]
    fn a_short_secret_is_masked_only_alone() {
        let secrets: Secrets = ["ab"].into_iter().collect();
        assert_eq!(secrets.mask("cab"), "cab");
        assert_eq!(secrets.mask("ab"), "***");
    }

    #[test]
    fn debugging_secrets_shows_none() {
        let secrets: Secrets = ["hunter22"].into_iter().collect();
        assert!(!format!("{secrets:?}").contains("hunter"));
    }
}
