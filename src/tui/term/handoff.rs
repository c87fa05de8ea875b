//! Hands the terminal to a child, such as the user's editor, and takes it back. The reader must be gone
//! before: two readers on one terminal share the keys between them.
#![expect(clippy::disallowed_methods, reason = "the one child that gets the terminal is started here")]

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use super::guard::{Lease, Phase};

/// Runs a command on the terminal until it ends. The terminal is ours again when this returns.
pub(super) fn run(lease: &Lease, command: &[OsString]) -> Result<(), String> {
    let Some((program, arguments)) = command.split_first() else {
        return Err("No editor is named: set VISUAL or EDITOR.".to_owned());
    };
    lease.give_back(Phase::Lent);
    let status = start(lease, program, arguments).and_then(|mut child| child.wait());
    lease.wait_for_signals();
    let taken = lease.take_back(Phase::Lent);
    let name = crate::text::Untrusted::owned(program.to_string_lossy());
    match status {
        Err(error) => Err(format!("{} could not be started: {error}.", name.display())),
        Ok(status) if !status.success() => Err(format!("{} ended with {status}.", name.display())),
        Ok(_) => taken.map_err(|error| format!("The terminal could not be taken back: {error}.")),
    }
}

fn start(lease: &Lease, program: &OsString, arguments: &[OsString]) -> std::io::Result<std::process::Child> {
    let tty = lease.tty();
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::from(tty.input().try_clone_to_owned()?))
        .stdout(Stdio::from(tty.output().try_clone_to_owned()?))
        .stderr(Stdio::from(tty.output().try_clone_to_owned()?))
        .spawn()
}

/// The command that edits a file at a line, in the words of the editors that have some for it.
pub(super) fn edit(editor: &[String], file: &Path, line: Option<u32>) -> Vec<OsString> {
    let mut command: Vec<OsString> = editor.iter().map(OsString::from).collect();
    let name =
        editor.first().and_then(|program| Path::new(program).file_name()).and_then(|name| name.to_str());
    let at_line = |line: u32| {
        let mut place = file.as_os_str().to_owned();
        place.push(format!(":{line}"));
        place
    };
    match (name, line) {
        (
            Some("vi" | "vim" | "nvim" | "nano" | "emacs" | "emacsclient" | "kak" | "micro" | "joe"),
            Some(line),
        ) => {
            command.extend([format!("+{line}").into(), file.into()]);
        }
        (Some("hx" | "helix" | "zed" | "subl"), Some(line)) => command.push(at_line(line)),
        (Some("code" | "codium"), Some(line)) => command.extend(["--goto".into(), at_line(line)]),
        _ => command.push(file.into()),
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(editor: &[&str], line: Option<u32>) -> Vec<OsString> {
        let editor: Vec<String> = editor.iter().map(|&word| word.to_owned()).collect();
        edit(&editor, Path::new("/src/a b.yaml"), line)
    }

    #[test]
    fn each_editor_is_told_the_line_in_its_own_words() {
        assert_eq!(edited(&["/usr/bin/vim", "-n"], Some(7)), ["/usr/bin/vim", "-n", "+7", "/src/a b.yaml"]);
        assert_eq!(edited(&["hx"], Some(7)), ["hx", "/src/a b.yaml:7"]);
        assert_eq!(edited(&["code", "--wait"], Some(7)), ["code", "--wait", "--goto", "/src/a b.yaml:7"]);
    }

    #[test]
    fn an_unknown_editor_gets_the_file_alone() {
        assert_eq!(edited(&["ed"], Some(7)), ["ed", "/src/a b.yaml"]);
        assert_eq!(edited(&["vi"], None), ["vi", "/src/a b.yaml"]);
    }
}
