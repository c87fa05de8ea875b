//! What the judge takes and refuses, and what it makes of it.

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn core_schema_decides_what_a_plain_scalar_is() {
    let value = parse("a: yes\nb: on\nc: True\nd: ~\ne: 0o17\nf: 0x1F\ng: 1_000\nh: 2026-11-21\n").unwrap();
    assert_eq!(
        value,
        json!({"a": "yes", "b": "on", "c": true, "d": null, "e": 15, "f": 31, "g": "1_000", "h": "2026-11-21"})
    );
}

#[test]
fn plain_digits_with_leading_zeros_are_decimal_and_quoted_ones_text() {
    let value = parse("a: 010\nb: '010'\nc: \"007\"\nd: [010, '010']\ne: !!str 010\nf: -08\n").unwrap();
    assert_eq!(value, json!({"a": 10, "b": "010", "c": "007", "d": [10, "010"], "e": "010", "f": -8}));
}

#[test]
fn numbers_are_those_of_javascript() {
    let value = parse("a: 1.0\nb: 1e3\nc: 123456789012345678901234567890\nd: .5\ne: .nan\n").unwrap();
    assert_eq!(
        value,
        json!({"a": 1, "b": 1000, "c": 123_456_789_012_345_680_000_000_000_000.0, "d": 0.5, "e": null})
    );
}

#[test]
fn merge_keys_are_plain_keys_and_tags_are_dropped() {
    let value = parse("b: &b {x: 1}\nu:\n  <<: *b\n  t: !secret foo\n  n: !x 12\n").unwrap();
    assert_eq!(value, json!({"b": {"x": 1}, "u": {"<<": {"x": 1}, "t": "foo", "n": "12"}}));
}

#[test]
fn a_map_may_be_a_key_as_in_templates_of_templates() {
    let value = parse("a:\n  - {{ host }}\n  - {{ a }: 1}\n1: x\ntrue: y\nnull: z\n").unwrap();
    assert_eq!(value, json!({"a": [{"{ host }": null}, {"{ a }": 1}], "1": "x", "true": "y", "": "z"}));
}

#[test]
fn stray_tabs_at_line_ends_and_on_blank_lines_are_blanks() {
    let value = parse("a:\t\n  b: 1 \t\n\t\n  c:\n    - x\n    -\t\n      y: 2\nd: |\n  keeps\t\n").unwrap();
    assert_eq!(value, json!({"a": {"b": 1, "c": ["x", {"y": 2}]}, "d": "keeps\t\n"}));
}

#[test]
fn a_tab_may_stand_between_a_dash_and_its_text() {
    assert_eq!(parse("a:\n  -\tb\n  - \t c\n").unwrap(), json!({"a": ["b", "c"]}));
    assert!(parse("a:\n\tb: 1\n").is_err());
}

#[test]
fn a_tab_may_begin_a_block_of_text_behind_its_indent() {
    let value =
        parse("a: |\n    \tx\n    y\nb:\n  - >\n\n   \tz\n  - c: |-\n      \t\tw\n      v\n").unwrap();
    assert_eq!(value, json!({"a": "\tx\ny\n", "b": ["\n\tz\n", {"c": "\t\tw\nv"}]}));
    assert_eq!(parse("a: >\n  \tx\n  y\n").unwrap(), json!({"a": "\tx\ny\n"}));
    assert_eq!(parse("a: |\n  \t\n  y\n").unwrap(), json!({"a": "\t\ny\n"}));
    for text in ["a: |\n\tx\n", "a:\n  b: |\n  \tx\n", "a: |\n   x\n \ty\n", "a: |\n   \n \ty\n"] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(parse("a: |\n  \tx\na: 1\n").unwrap_err().position, Position { line: 3, column: 1 });
}

#[test]
fn halves_of_characters_in_json_are_joined() {
    let value = parse(r#"{"a": "\ud83d\uDE80 x", "\ud83d": '\ud83d', "b": "\\ud83d \ude80"}"#).unwrap();
    let expected = json!({"a": "\u{1f680} x", "\u{fffd}": "\\ud83d", "b": "\\ud83d \u{fffd}"});
    assert_eq!(value, expected);
    let error = parse(r#"{"a": "\ud83d\ude80", "b": 1, "b": 2}"#).unwrap_err();
    assert_eq!(error.position, Position { line: 1, column: 31 });
    assert!(parse(r#"{"a": "\ud83d \ue83d"}"#).is_err());
}

#[test]
fn a_block_scalar_ends_with_a_break_also_at_the_end_of_the_file() {
    assert_eq!(parse("a: |\n  x\n  y").unwrap(), json!({"a": "x\ny\n"}));
    assert_eq!(parse("a: |-\n  x").unwrap(), json!({"a": "x"}));
}

#[test]
fn a_duplicate_key_is_refused_where_it_stands() {
    let error = parse("a: 1\nb:\n  c: 1\n  c: 2\n").unwrap_err();
    assert_eq!(error.kind, YamlErrorKind::DuplicateKey);
    assert_eq!(error.position, Position { line: 4, column: 3 });
}

#[test]
fn an_error_at_the_end_of_a_text_stays_inside() {
    for text in ["a:\n  b: {c: ", "a:\n  b: {c: \n\n"] {
        assert_eq!(parse(text).unwrap_err().position, Position { line: 2, column: 9 }, "{text}");
    }
}

#[test]
fn a_carriage_return_alone_ends_no_line() {
    let value = parse("a: b\r\r\nc: |\r\n  x\ry\r\n# z\r\r\nd: 1\r\n").unwrap();
    assert_eq!(value, json!({"a": "b\r", "c": "x\ry\n", "d": 1}));
    for (text, place) in [("a:\r\r\n  b: c\r\r\n", (1, 3)), ("a: b\rc: d\r", (1, 5))] {
        let error = parse(text).unwrap_err();
        assert!(error.message.contains("carriage return"), "{error}");
        assert_eq!((error.position.line, error.position.column), place, "{text:?}");
    }
    assert_eq!(parse("a: |\n  x\ry\n  z\nb: [\nc: 1\n").unwrap_err().position.line, 4);
}

#[test]
fn numbers_of_other_schemas_are_texts_wherever_they_stand() {
    let value =
        parse("a: 0b101\nb: [-0x1F, +0o7, 0x1F, 0o7]\n0b1: |\n  0b1\nc: a 0b1 # 0b1\nd: -0b1\n").unwrap();
    assert_eq!(
        value,
        json!({"a": "0b101", "b": ["-0x1F", "+0o7", 31, 7], "0b1": "0b1\n", "c": "a 0b1", "d": "-0b1"})
    );
    assert_eq!(
        parse("a: 1e400\n.inf: 1\n-.Inf: 2\n").unwrap(),
        json!({"a": null, "Infinity": 1, "-Infinity": 2})
    );
}

#[test]
fn what_is_quoted_or_in_brackets_goes_on_deeper_than_its_key() {
    let table = [
        ("a:\n  b: 'x\n  y'\n", Some((3, 3))),
        ("a: \"x\ny\"\n", Some((2, 1))),
        ("- 'x\ny'\n", Some((2, 1))),
        ("a: [\nb]\n", Some((2, 1))),
        ("- a: &n {b: [\n  ]}\n", Some((2, 3))),
        ("'a b': [ # c\n  1,\n# c\n\n  2\n]\n", None),
        ("a: {\n  b: 1\n}\n", None),
        ("a: 'it''s\n\n  fine'\n", None),
        ("a: \"x\n\n y\"\nb: 'z'\n", None),
        ("a:\n  'x\n  y'\n", None),
        ("a: |\n  b: 'x\n  y'\n", None),
        ("# b: [\na: c\n# ]\n", None),
        ("a: b [\n  c]\n", None),
    ];
    for (text, expected) in table {
        let found = parse(text).err().map(|error| (error.position.line, error.position.column));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_comment_behind_quotes_and_brackets_is_set_apart() {
    assert_eq!(parse("a: 'x'#y\n").unwrap_err().position, Position { line: 1, column: 7 });
    assert_eq!(parse("a:\n- b: []#y\n").unwrap_err().position, Position { line: 2, column: 8 });
    assert_eq!(parse("a: 'x' #y\nb: c#d\n").unwrap(), json!({"a": "x", "b": "c#d"}));
}

#[test]
fn breaks_of_unicode_are_characters() {
    let value = parse("a: x\u{2028}b:y\nc: |\n  1\u{85}2\n\"k\u{2029}\": 'z\u{2028} '\n").unwrap();
    let expected = json!({"a": "x\u{2028}b:y", "c": "1\u{85}2\n", "k\u{2029}": "z\u{2028} "});
    assert_eq!(value, expected);
    assert_eq!(parse("a: x\u{2028}y\na: 1\n").unwrap_err().position, Position { line: 2, column: 1 });
}

#[test]
fn control_characters_and_marks_of_byte_order_are_characters() {
    let value =
        parse("a: x\u{b}y\nb: \u{7}1\n\u{feff}c: |\n  \u{1b}[0m\u{fffe}\nd: 'Q\u{7f}\u{80}'\n").unwrap();
    let expected =
        json!({"a": "x\u{b}y", "b": "\u{7}1", "\u{feff}c": "\u{1b}[0m\u{fffe}\n", "d": "Q\u{7f}\u{80}"});
    assert_eq!(value, expected);
    assert_eq!(parse("a: \u{b}y\na: 1\n").unwrap_err().position, Position { line: 2, column: 1 });
    let every_stand_in = "# ^;$()=GHJKMQRSVWZ\na: \u{b}y\n";
    let error = parse(every_stand_in).unwrap_err();
    assert_eq!((error.position.line, error.position.column), (2, 4), "{error}");
}

#[test]
fn a_mark_of_byte_order_before_the_first_key_means_nothing() {
    for head in ["# c\n", "\n", "\r\n", "#\r\n# d\n\n", "%YAML 1.2\n", "# ü\n"] {
        let text = format!("{head}\u{feff}{}a: x\na: y\n", if head.starts_with('%') { "---\n" } else { "" });
        let error = parse(&text).unwrap_err();
        assert_eq!(error.kind, YamlErrorKind::DuplicateKey, "{text:?}");
        assert_eq!((error.position.line as usize, error.position.column), (text.lines().count(), 1));
    }
    let read: Vec<_> = documents("a: 1\n...\n\u{feff}b: 2\n").map(|it| it.parse().unwrap()).collect();
    assert_eq!(read, [json!({"a": 1}), json!({"b": 2})]);
    assert_eq!(parse("a: 1\n\u{feff}b: 2\n").unwrap(), json!({"a": 1, "\u{feff}b": 2}));
}

#[test]
fn directives_of_other_versions_and_names_change_nothing() {
    for head in ["%YAML 3.0", "%FOO bar", "%YAML 1.2\n%YAML 1.2", "%"] {
        assert_eq!(parse(&format!("{head}\n---\na: yes\n")).unwrap(), json!({"a": "yes"}), "{head}");
    }
    assert_eq!(parse("%FOO x\n---\na: 1\na: 2\n").unwrap_err().position, Position { line: 4, column: 1 });
    assert!(parse("%FOO bar\na: 1\n").is_err() && parse("%YAML 12\n---\na: 1\n").is_err());
}

#[test]
fn a_dash_alone_in_brackets_and_one_behind_a_tab_are_refused() {
    let table = [
        ("[-, -a]\n", Some((1, 2))),
        ("a: {b: -}\n", Some((1, 8))),
        ("-\t- a\n", Some((1, 2))),
        ("x:\n  - \t-\n", Some((2, 4))),
        ("{-: 1, a: \"-\", b: [--, -a]}\n", None),
        ("a: |\n  [-, -]\n  -\t- x\n", None),
        ("a: 'x [-]'\n", None),
        ("-\ta\n", None),
    ];
    for (text, expected) in table {
        let found = parse(text).err().map(|error| (error.position.line, error.position.column));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn what_stands_behind_the_end_is_where_it_stands() {
    assert_eq!(parse("'a'\nb\n").unwrap_err().position, Position { line: 2, column: 1 });
    assert_eq!(parse("  kind: A\nmetadata: {}\n").unwrap_err().position, Position { line: 2, column: 1 });
}

#[test]
fn suspects_without_end_cost_a_bounded_time() {
    assert!(parse(&"a: '\n".repeat(10_000)).is_err());
    let prose = format!("a: |\n{}", "  b: '\n".repeat(10_000));
    assert!(parse(&prose).is_ok());
    let returns = format!("a: [{}", "\r".repeat(1_000_000));
    assert!(parse(&returns).unwrap_err().message.contains("carriage return"));
    let controls = format!("a: '{}' # ^;$()=GHJKMQRSVWZ", "\u{b}".repeat(1_000_000));
    assert!(parse(&controls).is_err());
    let numbers = format!("a:\n{}", "- 0b1\n".repeat(10_000));
    assert!(parse(&numbers).is_ok());
}

#[test]
fn alias_bombs_end_at_the_budget() {
    let mut quadratic = String::from("a: &a [");
    quadratic.push_str(&"x,".repeat(10_000));
    quadratic.push_str("]\nb: [");
    quadratic.push_str(&"*a,".repeat(10_000));
    quadratic.push_str("]\n");
    assert_eq!(parse(&quadratic).unwrap_err().kind, YamlErrorKind::TooLarge);
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(500_000), "*a,".repeat(1000));
    assert_eq!(parse(&long).unwrap_err().kind, YamlErrorKind::TooLarge);
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    for text in ["[".repeat(100_000), "- ".repeat(20_000), "{a: ".repeat(50_000), "? ".repeat(20_000)] {
        assert!(parse(&text).is_err());
    }
    let fine = format!("{}{}", "[".repeat(90), "]".repeat(90));
    assert!(parse(&fine).is_ok());
}

proptest! {
    #[test]
    fn any_bytes_give_documents_or_errors(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = decode(&bytes) {
            for document in documents(text) {
                let _ = document.parse();
            }
        }
    }

    #[test]
    fn any_yaml_like_text_is_read_or_refused(text in "[-a-c:{}\\[\\]&*!|>'\"%#?, \n\t.0-9]{0,80}") {
        for document in documents(&text) {
            if let Err(error) = document.parse() {
                prop_assert!(error.position.line as usize <= text.lines().count().max(1));
            }
        }
    }
}
