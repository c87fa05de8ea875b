//! Comma separated values as RFC 4180 says, without the characters that a terminal could act on.

use crate::text;

/// One record, without its line end.
pub(crate) fn csv_line<'a>(fields: impl IntoIterator<Item = &'a str>) -> String {
    let fields = fields.into_iter().map(|field| {
        let safe = text::sanitize(field);
        let is_quoted = safe.contains(['"', ',']) || safe.starts_with(' ') || safe.ends_with(' ');
        if is_quoted { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe.into_owned() }
    });
    fields.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(csv_line(["a", "b,c", "say \"hi\"", ""]), "a,\"b,c\",\"say \"\"hi\"\"\",");
    }

    #[test]
    fn a_record_is_one_line_without_controls() {
        assert_eq!(csv_line(["a\nb\x1b[31m"]), "a b␛[31m");
    }
}
