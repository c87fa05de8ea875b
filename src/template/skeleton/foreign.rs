//! Expressions of CI systems in a skeleton: they look like ours and render to nothing, silently.

/// Roots of the expressions of GitHub Actions. None of them is in the scope of a skeleton.
const ROOTS: &[&str] = &[
    "github", "env", "vars", "job", "jobs", "runner", "secrets", "strategy", "matrix", "needs", "inputs",
    "steps",
];

/// A warning for the first expression of a CI system that would render to nothing.
pub(super) fn warning(path: &str, text: &str) -> Option<String> {
    let mut rest = text;
    let mut passed = 0;
    loop {
        let tag = rest.find("${{").into_iter().chain(rest.find("{% raw")).min()?;
        let behind = &rest[tag..];
        if behind.starts_with("{%") {
            let end = behind.find("endraw")? + "endraw".len();
            passed += tag + end;
            rest = &behind[end..];
            continue;
        }
        let inside = &behind[3..];
        let name: String = inside
            .trim_start_matches(['-', ' ', '\t'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if ROOTS.contains(&name.as_str()) {
            let line = text[..passed + tag].matches('\n').count() + 1;
            let written: String = behind.chars().take(40).take_while(|c| *c != '\n').collect();
            return Some(format!(
                "{path}:{line}: {written} renders to nothing here; name the file in copyWithoutTemplating, or \
                 wrap the expression in raw."
            ));
        }
        passed += tag + 3;
        rest = inside;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_of_a_ci_system_is_named_with_its_line() {
        let said = warning("ci.yml", "a: ${{ values.x }}\nrun: ${{ github.sha }}\n").unwrap();
        assert!(said.starts_with("ci.yml:2: ${{ github.sha }}"), "{said}");
    }

    #[test]
    fn what_is_raw_or_our_own_is_no_warning() {
        assert_eq!(warning("a", "{% raw %}${{ github.sha }}{% endraw %} ${{ values.github }}"), None);
        assert_eq!(warning("a", "${{ '${{' }} github.sha }}"), None);
    }
}
