//! Quantities as people write them: lengths of time, parts of a whole, bytes: `15m`, `1d`, `10%`, `64MiB`. Pure.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

/// A length of time such as `90s`, `15m` or `2d`; more than none, and at most ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Length(pub(crate) Duration);

/// What lengths of time look like.
const LENGTHS: &str = "such as 30s, 15m, 2h or 7d";

/// The longest length.
const MAX_LENGTH: Duration = Duration::from_hours(10 * 366 * 24);

impl Length {
    /// The length that a text says; why not, as the end of a sentence.
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no length of time {LENGTHS}");
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
        match Value::deserialize(deserializer)? {
            Value::String(text) => Self::parse(&text).map_err(de::Error::custom),
            Value::Number(number) => {
                Err(de::Error::custom(format!("{number} lacks a unit: write it {LENGTHS}")))
            }
            _ => Err(de::Error::custom(format!("it takes a length of time {LENGTHS}"))),
        }
    }
}

/// A number of bytes such as `1000`, `64KiB` or `2 MB`; more than none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) u64);

/// Units of bytes, with what each is.
const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("b", 1),
    ("kb", 1_000),
    ("kib", 1 << 10),
    ("mb", 1_000_000),
    ("mib", 1 << 20),
    ("gb", 1_000_000_000),
    ("gib", 1 << 30),
];

impl Bytes {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit.trim_start())?;
        let bytes = number.parse::<u64>().ok()?.checked_mul(*unit)?;
        (bytes > 0).then_some(Self(bytes))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = match Value::deserialize(deserializer)? {
            Value::String(text) => Self::parse(&text),
            Value::Number(number) => number.as_u64().filter(|bytes| *bytes > 0).map(Self),
            _ => None,
        };
        bytes.ok_or_else(|| {
            de::Error::custom("it takes a number of bytes from 1, such as 1000, 64KiB or 2MiB")
        })
    }
}

/// A part of a whole, from 0 to 100; written `10%` or `10`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Percent(pub(crate) f64);

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
    fn bytes_have_units_if_somebody_writes_them() {
        let bytes = |value| serde_json::from_value::<Bytes>(value).map(|it| it.0).ok();
        assert_eq!(bytes(json!(1_000)), Some(1_000));
        assert_eq!(bytes(json!("64KiB")), Some(64 << 10));
        assert_eq!(bytes(json!("2 MB")), Some(2_000_000));
        for wrong in
            [json!(0), json!(-1), json!(1.5), json!("MiB"), json!("1 tooth"), json!("99999999999 GiB")]
        {
            assert_eq!(bytes(wrong.clone()), None, "{wrong}");
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
