//! Problems as workflow commands, which GitHub Actions reads from a log and shows beside the line.

use crate::catalog::{Problem, Severity};

/// A problem as one line of a log.
pub(crate) fn annotation(problem: &Problem) -> String {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let position = problem.origin.position;
    let words = [Some(problem.message.clone()), problem.elsewhere(), problem.fix.clone()];
    format!(
        "::{level} file={},line={},col={},title={}::{}",
        property(&problem.origin.path),
        position.line,
        position.column,
        property(&problem.code),
        data(&words.into_iter().flatten().collect::<Vec<_>>().join(" ")),
    )
}

/// The text behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which a comma or a colon would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Code, test_origin};

    #[test]
    fn an_annotation_cannot_begin_another_one() {
        let problem = Code::TagFormat.problem(test_origin("a,b:c\n::error"), "100%\n::error::no");
        assert_eq!(
            annotation(&problem),
            "::error file=a%2Cb%3Ac%0A%3A%3Aerror,line=1,col=1,title=CB0211::100%25%0A::error::no"
        );
    }
}
