//! Filters that calculate.

use super::{Filter, argument, number_or};
use crate::template::expression::value::number::{parse_float, parse_int};
use crate::template::expression::value::{Value, coerce};

pub(super) const FILTERS: [Filter; 4] = [
    Filter::new("abs", |input, _, env| Ok(Value::Number(input.to_number(env.budget)?.abs()))),
    Filter::new("float", |input, arguments, env| {
        let number = parse_float(&input.to_text(env.budget)?);
        Ok(if number.is_nan() { argument(arguments, 0).clone() } else { Value::Number(number) })
    }),
    Filter {
        name: "int",
        parameters: &["default", "base"],
        run: |input, arguments, env| {
            let base = number_or(arguments, 1, 10.0, env.budget)?;
            let number = parse_int(&input.to_text(env.budget)?, base);
            Ok(if number.is_nan() { argument(arguments, 0).clone() } else { Value::Number(number) })
        },
    },
    Filter::new("round", |input, arguments, env| {
        let factor = 10f64.powf(coerce::or_zero(argument(arguments, 0)).to_number(env.budget)?);
        let scaled = input.to_number(env.budget)? * factor;
        let rounded = match argument(arguments, 1).as_text().map(|method| &**method) {
            Some("ceil") => scaled.ceil(),
            Some("floor") => scaled.floor(),
            _ => (scaled + 0.5).floor(),
        };
        Ok(Value::Number(rounded / factor))
    }),
];
