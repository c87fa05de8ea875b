//! Lengths of time and percentages, as people write them: `15m`, `1d`, `10%`.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Deserializer, de};

/// A length of time such as `90s`, `15m` or `2d`; more than none, and at most ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length(pub Duration);

/// The longest length.
const MAX_LENGTH: Duration = Duration::from_hours(10 * 366 * 24);

impl Length {
    /// The length that a text says; why not, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no length of time such as 30s, 15m, 2h or 7d");
        let span: Span = text.trim().parse().map_err(|_| wrong())?;
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
        let length = Duration::try_from(length).map_err(|_| wrong())?;
        if length.is_zero() || length > MAX_LENGTH {
            return Err(wrong());
        }
        Ok(Self(length))
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// A part of a whole, from 0 to 100; written `10%` or `10`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Percent(pub(super) f64);

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(f64),
            Text(String),
        }
        let number = match Written::deserialize(deserializer) {
            Ok(Written::Number(number)) => Some(number),
            Ok(Written::Text(text)) => text.trim().trim_end_matches('%').trim_end().parse().ok(),
            Err(_) => None,
        };
        let number = number.filter(|number| (0.0..=100.0).contains(number));
        number.map(Self).ok_or_else(|| de::Error::custom("it takes a percentage from 0% to 100%"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lengths_have_units() {
        let seconds = |text| Length::parse(text).map(|length| length.0.as_secs());
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds("15m"), Ok(900));
        assert_eq!(seconds("1d"), Ok(86_400));
        assert_eq!(seconds("2w"), Ok(14 * 86_400));
        for wrong in ["", "15", "-1h", "0s", "soon", "1mo", "9999999d"] {
            assert!(seconds(wrong).unwrap_err().contains("15m"), "{wrong}");
        }
    }

    #[test]
    fn percentages_are_between_nothing_and_all() {
        let percent = |value| serde_json::from_value::<Percent>(value).map(|it| it.0).ok();
        assert_eq!(percent(json!("10%")), Some(10.0));
        assert_eq!(percent(json!(2.5)), Some(2.5));
        for wrong in [json!("110%"), json!(-1), json!("ten"), json!(null), json!("NaN")] {
            assert_eq!(percent(wrong.clone()), None, "{wrong}");
        }
    }
}
