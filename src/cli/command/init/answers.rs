//! Questions at a terminal and what is answered: one line each, with a usual answer that Enter takes. Written to
//! stderr.

use std::io::{self, BufRead as _, Read as _, Write as _};

use crate::cli::failure::Failure;
use crate::cli::output::{message_width, paragraph};
use crate::error::{Error, ErrorKind};
use crate::text;

/// Bytes of an answer.
const MAX_ANSWER: u64 = 4 << 10;

/// Times that a question is asked again.
const MAX_TRIES: usize = 3;

/// What is shown where the usual answer is nothing.
const NONE: &str = "none";

/// Questions and answers.
pub(super) struct Answers;

impl Answers {
    /// Says something.
    pub(super) fn say(words: &str) -> io::Result<()> {
        words.split('\n').try_for_each(|line| writeln!(io::stderr(), "{}", text::sanitize(line)))
    }

    /// Says sentences, behind a label.
    pub(super) fn tell(label: &str, sentences: &str) -> io::Result<()> {
        let (label, sentences) = (text::sanitize(label), text::sanitize(sentences));
        let sentences = paragraph(&sentences, text::width(&label), message_width());
        writeln!(io::stderr(), "{label}{sentences}")
    }

    /// The answer to a question, empty for nothing: `-` and `none` are that, and Enter is the usual one.
    pub(super) fn ask(question: &str, usual: &str) -> Result<String, Failure> {
        let shown = if usual.is_empty() { NONE } else { usual };
        let question = format!("{} [{}]:", text::sanitize(question), text::sanitize(shown));
        write!(io::stderr(), "{} ", paragraph(&question, 0, message_width()))?;
        let mut answer = String::new();
        let count = io::stdin().lock().take(MAX_ANSWER).read_line(&mut answer)?;
        if count == 0 {
            writeln!(io::stderr())?;
            return Err(
                Error::new(ErrorKind::Interrupted, "The questions were left: nothing is written.").into()
            );
        }
        Ok(match answer.trim() {
            "" => usual.to_owned(),
            "-" | NONE => String::new(),
            answer => answer.to_owned(),
        })
    }

    /// The answer to a question that `read` understands. What it does not is said, and asked again.
    pub(super) fn ask_for<T>(
        question: &str,
        usual: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        for _ in 0..MAX_TRIES {
            match read(&Self::ask(question, usual)?) {
                Ok(answer) => return Ok(answer),
                Err(why) => Self::tell("", &why)?,
            }
        }
        Err(Error::new(ErrorKind::Usage, "No answer could be understood: nothing is written.")
            .with_hint("`callboard init --help` has an option for each question.")
            .into())
    }
}
