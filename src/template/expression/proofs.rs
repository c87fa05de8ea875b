//! What holds for every template: it ends, within its limits, and text without delimiters stays as it is.

use proptest::prelude::*;
use serde_json::json;

use super::error::Fault;
use super::limits::{Limit, Limits};
use crate::template::render::{RenderOptions, render_text};

fn limit(source: &str) -> Option<Limit> {
    let scope = json!({"o": {"a": 1}});
    // Fewer steps than usual, so that the tests end soon in a build without optimisation.
    let limits = Limits { steps: 400_000, ..Limits::default() };
    match render_text(source, &scope, &RenderOptions { limits, ..RenderOptions::default() }) {
        Err(error) => match error.fault() {
            Fault::Limit(limit) => Some(*limit),
            other => panic!("{other}"),
        },
        Ok(_) => None,
    }
}

#[test]
fn endless_ranges_end() {
    assert!(matches!(limit("{% for i in range(1000000000) %}{% endfor %}"), Some(Limit::ListItems(_))));
    assert!(matches!(limit("${{ range(0, 1, 0.0000000001) }}"), Some(Limit::ListItems(_))));
}

#[test]
fn nested_loops_that_print_nothing_end() {
    let source = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
    assert!(matches!(limit(source), Some(Limit::Steps(_))));
}

#[test]
fn a_macro_that_calls_itself_ends() {
    let source = "{% macro m(x) %}${{ m(x + 1) }}{% endmacro %}${{ m(1) }}";
    assert!(matches!(limit(source), Some(Limit::EvaluationDepth(_))));
    let nested = "{% macro m(x) %}{% if 1 %}{% for i in [1] %}{% filter upper %}${{ [[[m(x)]]] }}\
                  {% endfilter %}{% endfor %}{% endif %}{% endmacro %}${{ m(1) }}";
    assert!(matches!(limit(nested), Some(Limit::EvaluationDepth(_))));
}

#[test]
fn a_macro_may_call_itself_forty_times() {
    let source = "{% macro m(x) %}{% if x < 40 %}${{ m(x + 1) }}{% endif %}{% endmacro %}${{ m(1) }}";
    assert_eq!(limit(source), None);
}

#[test]
fn a_doubled_text_ends() {
    let source = "{% set s = 'x' %}{% for i in range(99) %}{% set s = s + s %}{% endfor %}";
    assert!(matches!(limit(source), Some(Limit::Text(_))));
    let source = "{% set s = 'x' %}{% for i in range(99) %}{% set s = [s, s] | join %}{% endfor %}";
    assert!(matches!(limit(source), Some(Limit::Text(_))));
}

#[test]
fn a_doubled_list_ends() {
    let source = "{% set l = [1] %}{% for i in range(99) %}{% set l = l.concat(l) %}{% endfor %}";
    assert!(matches!(limit(source), Some(Limit::ListItems(_))));
    let source = "{% set l = [1] %}{% for i in range(99) %}{% set l = [l, l] %}{% endfor %}${{ l }}";
    assert!(matches!(limit(source), Some(Limit::Steps(_))));
}

#[test]
fn endless_output_ends() {
    let source = "{% set s = 'x' | center(999999) %}{% for i in range(999) %}${{ s }}{% endfor %}";
    assert!(matches!(limit(source), Some(Limit::Output(_))));
}

#[test]
fn deep_nesting_ends() {
    for source in [
        format!("${{{{ {}1{} }}}}", "(".repeat(20_000), ")".repeat(20_000)),
        format!("${{{{ {}1{} }}}}", "[".repeat(20_000), "]".repeat(20_000)),
        format!("${{{{ {}1 }}}}", "not ".repeat(20_000)),
        format!("${{{{ 1{} }}}}", " + 1".repeat(20_000)),
        format!("${{{{ o{} }}}}", ".a".repeat(20_000)),
        format!("${{{{ 'x'{} }}}}", " | upper".repeat(20_000)),
        format!("{}{}", "{% if 1 %}".repeat(20_000), "{% endif %}".repeat(20_000)),
        format!("{}{}", "{% for a in [1] %}".repeat(20_000), "{% endfor %}".repeat(20_000)),
    ] {
        assert!(matches!(limit(&source), Some(Limit::SyntaxDepth(_))));
    }
}

#[test]
fn tags_and_brackets_nested_together_end() {
    let inner = format!("${{{{ {}m(){} }}}}", "[".repeat(28), "]".repeat(28));
    let tags =
        |inner: &str| format!("{}{inner}{}", "{% for a in [1] %}".repeat(38), "{% endfor %}".repeat(38));
    assert_eq!(limit(&tags("${{ [[[[[[[[[[1]]]]]]]]]] }}")), None);
    let source = format!("{{% macro m() %}}{}{{% endmacro %}}${{{{ m() }}}}", tags(&inner));
    assert!(matches!(limit(&source), Some(Limit::SyntaxDepth(_) | Limit::EvaluationDepth(_))));
}

#[test]
fn nested_data_is_printed_to_a_depth() {
    let deep = "{% set l = [] %}{% for i in range(9999) %}{% set l = [l] %}{% endfor %}";
    for use_it in ["${{ l }}", "${{ l | dump }}", "${{ l.flat(9999) }}"] {
        assert!(matches!(limit(&format!("{deep}{use_it}")), Some(Limit::DataDepth(_))));
    }
    assert!(matches!(limit("{% set l = [] %}${{ l.push(l) }}${{ l }}"), Some(Limit::DataDepth(_))));
}

#[test]
fn a_bomb_of_a_regular_expression_ends() {
    let linear = format!("${{{{ '{}!' | replace(r/^(a+)+$/, 'x') }}}}", "a".repeat(5_000));
    assert_eq!(limit(&linear), None);
    let backtracking = format!("${{{{ '{}!' | replace(r/^(?=a)(a|a)*\\1$/, 'x') }}}}", "a".repeat(5_000));
    assert!(matches!(limit(&backtracking), Some(Limit::Backtracks(_))));
    assert!(matches!(limit(&format!("${{{{ r/{}/ }}}}", "a".repeat(9_999))), Some(Limit::Pattern(_))));
}

fn fragment() -> impl Strategy<Value = String> {
    let parts = [
        "${{", "}}", "{%", "%}", "{#", "#}", "-%}", "{%-", " ", "\n", "if", "for", "x", "in", "set", "endif",
        "endfor", "macro", "m", "(", ")", "[", "]", "{", "}", ",", ":", "|", ".", "=", "==", "not", "is",
        "and", "1", "2.5", "'t'", "\"", "r/a/g", "raw", "endraw", "range", "dump", "é", "~", "-", "//", "**",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..40)
        .prop_map(|parts| parts.join(" ").replace("{ %", "{%"))
}

proptest! {
    #[test]
    fn any_text_is_a_template_or_an_error(source in "\\PC*") {
        let _ = render_text(&source, &json!({}), &RenderOptions::default());
    }

    #[test]
    fn any_mixture_of_fragments_is_a_template_or_an_error(source in fragment()) {
        let limits = Limits { steps: 10_000, ..Limits::default() };
        let _ = render_text(&source, &json!({"x": [1, "a", null]}), &RenderOptions { limits, ..RenderOptions::default() });
    }

    #[test]
    fn an_error_points_into_the_source(source in fragment()) {
        if let Err(error) = render_text(&source, &json!({}), &RenderOptions::default()) {
            prop_assert!(error.line() <= source.matches('\n').count() + 1);
            prop_assert!(source.contains(error.excerpt()));
        }
    }

    #[test]
    fn text_without_delimiters_stays(source in "[^#%{}]*") {
        prop_assert_eq!(render_text(&source, &json!({}), &RenderOptions::default()).unwrap(), source);
    }
}
