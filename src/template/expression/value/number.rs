//! Numbers as JavaScript reads and prints them.

#![expect(clippy::float_cmp, reason = "JavaScript compares numbers exactly")]

/// The shortest decimal digits that read back as this number, and the power of ten of the first one.
fn digits(value: f64) -> (String, i32) {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// A number as JavaScript prints it: shortest round trip, exponents from 1e21 and below 1e-6.
pub(crate) fn print(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let (digits, exponent) = digits(value.abs());
    format!("{sign}{}", place(&digits, exponent, -7, 21))
}

/// Digits with the first one at a power of ten, as an exponent at and outside of two bounds.
fn place(digits: &str, exponent: i32, low: i32, high: i32) -> String {
    if exponent <= low || exponent >= high {
        return with_exponent(digits, exponent);
    }
    let Ok(whole) = usize::try_from(exponent + 1) else {
        return format!("0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    };
    if whole == 0 {
        format!("0.{digits}")
    } else if digits.len() <= whole {
        format!("{digits}{}", "0".repeat(whole - digits.len()))
    } else {
        format!("{}.{}", &digits[..whole], &digits[whole..])
    }
}

fn with_exponent(digits: &str, exponent: i32) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{point}{rest}e{sign}{}", exponent.abs())
}

/// The exact decimal value rounded to a number of significant digits, ties away from zero: the digits and the
/// power of ten of the first one.
fn rounded(value: f64, significant: usize) -> (String, i32) {
    // Every double has at most 767 significant decimal digits, so this text is exact.
    let exact = format!("{value:.766e}");
    let (mantissa, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let all = mantissa.replace('.', "");
    round_digits(&all, exponent, significant)
}

fn round_digits(all: &str, exponent: i32, keep: usize) -> (String, i32) {
    let mut kept: Vec<u8> = all.bytes().take(keep).collect();
    kept.resize(keep, b'0');
    if all.as_bytes().get(keep).is_some_and(|&next| next >= b'5') {
        for digit in kept.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return (String::from_utf8_lossy(&kept).into_owned(), exponent);
            }
            *digit = b'0';
        }
        kept.insert(0, b'1');
        if keep > 0 {
            kept.pop();
        }
        return (String::from_utf8_lossy(&kept).into_owned(), exponent + 1);
    }
    (String::from_utf8_lossy(&kept).into_owned(), exponent)
}

/// `toFixed`: a number with so many decimals.
pub(crate) fn to_fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() || value.abs() >= 1e21 {
        return print(value);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let exact = format!("{:.1074}", value.abs());
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    let all = format!("{whole}{fraction}");
    let (digits, exponent) = round_digits(&all, 0, whole.len() + decimals);
    let whole_len = whole.len() + usize::from(exponent > 0);
    let digits = if exponent > 0 { format!("{digits}0") } else { digits };
    let (whole, fraction) = digits.split_at(whole_len);
    if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// `toExponential`: one digit, so many decimals (or as many as needed), and an exponent.
pub(crate) fn to_exponential(value: f64, decimals: Option<usize>) -> String {
    if !value.is_finite() {
        return print(value);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let (digits, exponent) = match decimals {
        Some(decimals) => rounded(value.abs(), decimals + 1),
        None => digits(value.abs()),
    };
    format!("{sign}{}", with_exponent(&digits, exponent))
}

/// `toPrecision`: so many significant digits.
pub(crate) fn to_precision(value: f64, significant: usize) -> String {
    if !value.is_finite() {
        return print(value);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let (digits, exponent) = rounded(value.abs(), significant);
    let high = i32::try_from(significant).unwrap_or(i32::MAX);
    format!("{sign}{}", place(&digits, exponent, -7, high))
}

/// Digits after the point that are worth printing in another base: more than a double holds in base 2.
const MAX_RADIX_DIGITS: usize = 1100;

/// The last whole number before doubles begin to leave some out.
const MAX_EXACT_INTEGER: f64 = 9_007_199_254_740_992.0;

/// `toString(radix)`: a number in base 2 to 36, with the fewest digits that tell it from its neighbours.
pub(crate) fn to_radix(value: f64, radix: u32) -> String {
    if radix == 10 || !value.is_finite() {
        return print(value);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let base = f64::from(radix);
    let mut whole = value.abs().floor();
    let mut fraction = value.abs() - whole;
    let mut precision = (0.5 * (value.abs().next_up() - value.abs())).max(f64::from_bits(1));
    let digit = |value: f64| char::from_digit(value as u32, radix).unwrap_or('0');
    let mut after = Vec::new();
    if fraction >= precision {
        while after.len() < MAX_RADIX_DIGITS {
            fraction *= base;
            precision *= base;
            let next = fraction.floor();
            after.push(next as u32);
            fraction -= next;
            let round_up = fraction > 0.5 || (fraction == 0.5 && next as u32 % 2 == 1);
            if round_up && fraction + precision > 1.0 {
                whole += carry(&mut after, radix);
                break;
            }
            if fraction < precision {
                break;
            }
        }
    }
    let mut before = Vec::new();
    // Beyond the digits that a double holds exactly there are only zeros to print.
    while whole > MAX_EXACT_INTEGER {
        whole /= base;
        before.push('0');
    }
    whole = whole.floor();
    while whole >= 1.0 {
        before.push(digit(whole % base));
        whole = (whole / base).floor();
    }
    if before.is_empty() {
        before.push('0');
    }
    let before: String = before.iter().rev().collect();
    let after: String = after.iter().filter_map(|&digit| char::from_digit(digit, radix)).collect();
    if after.is_empty() { format!("{sign}{before}") } else { format!("{sign}{before}.{after}") }
}

/// Adds one to the last digit and carries; 1 when the carry leaves the fraction.
fn carry(digits: &mut Vec<u32>, radix: u32) -> f64 {
    while let Some(last) = digits.pop() {
        if last + 1 < radix {
            digits.push(last + 1);
            return 0.0;
        }
    }
    1.0
}

/// The number that a whole text stands for, as `Number(text)`: blank is 0, anything else is NaN.
pub(crate) fn parse(text: &str) -> f64 {
    let text = trim(text);
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return parse_digits(digits, radix).unwrap_or(f64::NAN);
        }
    }
    if float_prefix(text).len() == text.len() { parse_float(text) } else { f64::NAN }
}

/// All of a text as digits of a base.
fn parse_digits(digits: &str, radix: u32) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    digits
        .chars()
        .try_fold(0.0, |sum, digit| Some(sum * f64::from(radix) + f64::from(digit.to_digit(radix)?)))
}

/// The number at the start of a text, as `parseFloat`.
pub(crate) fn parse_float(text: &str) -> f64 {
    let prefix = float_prefix(trim(text));
    let (sign, rest) = match prefix.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, prefix.strip_prefix('+').unwrap_or(prefix)),
    };
    if rest == "Infinity" {
        return sign * f64::INFINITY;
    }
    rest.parse::<f64>().map_or(f64::NAN, |number| sign * number)
}

/// The longest start of a text that is a decimal number; empty when there is none.
fn float_prefix(text: &str) -> &str {
    let bytes = text.as_bytes();
    let digits_from = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let start = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if text[start..].starts_with("Infinity") {
        return &text[..start + "Infinity".len()];
    }
    let mut end = digits_from(start);
    let mut count = end - start;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits_from(end + 1);
        count += fraction - end - 1;
        end = fraction;
    }
    if count == 0 {
        return "";
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let signed = end + 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits_from(signed);
        if exponent > signed {
            end = exponent;
        }
    }
    &text[..end]
}

/// The whole number at the start of a text, as `parseInt`; radix 0 means decimal, or base 16 after `0x`.
pub(crate) fn parse_int(text: &str, radix: f64) -> f64 {
    let text = trim(text);
    let (sign, mut digits) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut radix = if radix.is_finite() { radix.trunc() as i64 } else { 0 };
    if matches!(radix, 0 | 16)
        && let Some(rest) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"))
    {
        digits = rest;
        radix = 16;
    }
    if radix == 0 {
        radix = 10;
    }
    let Some(radix) = u32::try_from(radix).ok().filter(|radix| (2..=36).contains(radix)) else {
        return f64::NAN;
    };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let digits = &digits[..end];
    if radix == 10 {
        return digits.parse::<f64>().map_or(f64::NAN, |number| sign * number);
    }
    parse_digits(digits, radix).map_or(f64::NAN, |number| sign * number)
}

/// What JavaScript counts as blank.
pub(crate) fn is_blank(character: char) -> bool {
    matches!(character, '\u{9}'..='\u{d}' | ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{feff}')
}

/// The text without blanks at both ends, as `String.trim`.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_in_javascript() {
        let cases = [
            (0.1 + 0.2, "0.30000000000000004"),
            (-0.0, "0"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (0.000_001, "0.000001"),
            (0.000_000_1, "1e-7"),
            (-1234.5, "-1234.5"),
            (1.5e-9, "1.5e-9"),
            (5e-324, "5e-324"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (number, text) in cases {
            assert_eq!(print(number), text);
        }
    }

    #[test]
    fn fixed_and_precise_digits_round_the_exact_value() {
        assert_eq!(to_fixed(1.005, 2), "1.00");
        assert_eq!(to_fixed(2.5, 0), "3");
        assert_eq!(to_fixed(9.99, 1), "10.0");
        assert_eq!(to_fixed(0.0, 2), "0.00");
        assert_eq!(to_fixed(1e21, 2), "1e+21");
        assert_eq!(to_fixed(1.5, 20), "1.50000000000000000000");
        assert_eq!(to_precision(123_456.0, 2), "1.2e+5");
        assert_eq!(to_precision(0.000_001_234, 2), "0.0000012");
        assert_eq!(to_precision(1.5, 4), "1.500");
        assert_eq!(to_exponential(1234.5678, None), "1.2345678e+3");
        assert_eq!(to_exponential(0.0, Some(2)), "0.00e+0");
        assert_eq!(to_exponential(9.99, Some(1)), "1.0e+1");
    }

    #[test]
    fn other_bases_print_the_fewest_digits() {
        assert_eq!(to_radix(255.0, 16), "ff");
        assert_eq!(to_radix(255.5, 16), "ff.8");
        assert_eq!(to_radix(-255.0, 2), "-11111111");
        assert_eq!(to_radix(1.5, 3), "1.111111111111111111111111111111112");
    }

    #[test]
    fn texts_read_as_in_javascript() {
        assert!(parse("12px").is_nan());
        assert_eq!(parse(" 0x1f "), 31.0);
        assert_eq!(parse(""), 0.0);
        assert_eq!(parse("1e3"), 1000.0);
        assert_eq!(parse_float("-.5x"), -0.5);
        assert!(parse_float("x").is_nan());
        assert_eq!(parse_int("12abc", 0.0), 12.0);
        assert_eq!(parse_int("0x10", 10.0), 0.0);
        assert_eq!(parse_int("ff", 16.0), 255.0);
        assert!(parse_int("", 0.0).is_nan());
    }
}
