//! A child process that a source starts: a program and its arguments, never a shell, with a limit on its time
//! and on what it writes. It gets a process group of its own, and the whole group ends with it, at a limit, and
//! when nobody waits any more. What it writes is foreign.

#![expect(clippy::disallowed_methods, reason = "source is a room that may start processes and read files")]

mod environment;
mod error;
mod group;
mod noise;

use std::ffi::OsString;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

pub use environment::Environment;
pub use error::ChildError;
pub(super) use error::last_lines;

use self::group::Group;
pub use self::group::end_all;
use self::noise::Noise;

/// Time between the polite signal and the one that cannot be ignored.
const GRACE: Duration = Duration::from_millis(500);

/// Time for what stands in the error pipe when a child has ended; a grandchild may hold it open for ever.
const LINGER: Duration = Duration::from_millis(200);

/// Bytes that are taken from a pipe at once.
const CHUNK: usize = 64 << 10;

/// A run of a program: what to start, and how far it may go.
#[derive(Debug, Clone)]
pub struct Process {
    /// What people call the program. Stands in errors.
    pub name: String,
    /// The program, by its absolute path: see [`Environment::find`].
    pub program: PathBuf,
    /// Its arguments, handed over as they are.
    pub arguments: Vec<OsString>,
    /// All the variables that it gets.
    pub environment: Environment,
    /// Where it runs; the directory of this process where there is none.
    pub directory: Option<PathBuf>,
    /// What it reads from its standard input; closed where there is nothing.
    pub input: Vec<u8>,
    /// How long it may run.
    pub time: Duration,
    /// Bytes that it may write to its standard output.
    pub most: u64,
}

/// What a child wrote before it ended well. Foreign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// The beginning and the end of its standard error.
    pub stderr: String,
}

impl Process {
    /// Runs it and takes all that it writes. Anything but status 0 is an error.
    pub async fn output(&self) -> Result<Output, ChildError> {
        let mut stdout = Vec::new();
        let stderr = self.stream(&mut |bytes| stdout.extend_from_slice(bytes)).await?;
        Ok(Output { stdout, stderr })
    }

    /// Runs it and hands on what it writes, as it comes; gives the beginning and the end of its standard
    /// error. Anything but status 0 is an error.
    pub async fn stream(&self, sink: &mut (dyn FnMut(&[u8]) + Send)) -> Result<String, ChildError> {
        let (mut child, group) = self.start()?;
        let mut noise = Noise::default();
        match timeout(self.time, self.follow(&mut child, &mut noise, sink)).await {
            Ok(Ok(status)) if status.success() => Ok(noise.text()),
            Ok(Ok(status)) => Err(ChildError::ended(&self.name, status, &noise.text())),
            Ok(Err(error)) => {
                end(&mut child, &group).await;
                Err(error)
            }
            Err(_) => {
                end(&mut child, &group).await;
                Err(ChildError::TimedOut { program: self.name.clone(), after: self.time })
            }
        }
    }

    fn start(&self) -> Result<(Child, Group), ChildError> {
        let mut command = Command::new(&self.program);
        let input = if self.input.is_empty() { Stdio::null() } else { Stdio::piped() };
        command.args(&self.arguments).env_clear().envs(self.environment.variables());
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        Group::start(&mut command).map_err(|error| ChildError::not_started(&self.name, &error))
    }

    /// Feeds a child, takes what it writes, and waits for its end.
    async fn follow(
        &self,
        child: &mut Child,
        noise: &mut Noise,
        sink: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<ExitStatus, ChildError> {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let feed = async {
            if let Some(mut stdin) = stdin {
                // A child need not read what it is given; whether that was wrong, its status says.
                let _ = stdin.write_all(&self.input).await;
            }
            Ok(())
        };
        let wait = async { child.wait().await.map_err(|error| ChildError::not_started(&self.name, &error)) };
        let work =
            async { tokio::try_join!(feed, self.drain(stdout, sink), wait).map(|(.., status)| status) };
        let (mut work, mut keep) = (pin!(work), pin!(noise.keep(stderr)));
        tokio::select! {
            biased;
            status = &mut work => {
                let _ = timeout(LINGER, keep).await; // what did not come by now is another's
                status
            }
            () = &mut keep => work.await,
        }
    }

    async fn drain(
        &self,
        pipe: Option<impl AsyncRead + Unpin>,
        sink: &mut (dyn FnMut(&[u8]) + Send),
    ) -> Result<(), ChildError> {
        let Some(mut pipe) = pipe else { return Ok(()) };
        let (mut chunk, mut total) = (vec![0; CHUNK], 0_u64);
        loop {
            let count = pipe.read(&mut chunk).await;
            let count = count.map_err(|error| ChildError::not_started(&self.name, &error))?;
            if count == 0 {
                return Ok(());
            }
            total += count as u64;
            if total > self.most {
                return Err(ChildError::TooMuch { program: self.name.clone(), most: self.most });
            }
            sink(&chunk[..count]);
        }
    }
}

/// Ends a child that went too far: asks its group to go, and makes it.
async fn end(child: &mut Child, group: &Group) {
    group.ask();
    if timeout(GRACE, child.wait()).await.is_err() {
        group.kill();
        let _ = timeout(GRACE, child.wait()).await; // only to reap it; the system does it later otherwise
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        let environment = Environment::inherited();
        Process {
            name: "sh".to_owned(),
            program: environment.find("sh").unwrap(),
            arguments: vec!["-c".into(), script.into()],
            environment,
            directory: None,
            input: Vec::new(),
            time: Duration::from_secs(30),
            most: 1 << 20,
        }
    }

    #[tokio::test]
    async fn what_is_given_comes_out_and_standard_input_is_closed_otherwise() {
        let mut process = shell("cat; echo noise >&2");
        assert_eq!(process.output().await.unwrap().stdout, b"");
        process.input = vec![b'x'; 300_000];
        let output = process.output().await.unwrap();
        assert_eq!((output.stdout.len(), output.stderr.as_str()), (300_000, "noise\n"));
    }

    #[tokio::test]
    async fn a_bad_end_says_its_status_and_its_last_lines() {
        let error = shell("echo out; echo 'no such thing' >&2; exit 3").output().await.unwrap_err();
        assert_eq!(error.to_string(), "sh ended with status 3: no such thing");
        let error = shell("kill -9 $$").output().await.unwrap_err();
        assert_eq!(error.to_string(), "sh was ended by signal 9");
    }

    #[tokio::test]
    async fn too_much_output_ends_it() {
        let error = shell("while :; do echo 0123456789012345678901234567890123456789; done").output().await;
        assert_eq!(error.unwrap_err().to_string(), "sh wrote more than 1048576 bytes");
    }

    #[tokio::test]
    async fn time_ends_it_with_its_children_even_if_they_ignore_the_polite_signal() {
        let dir = tempfile::tempdir().unwrap();
        let mut process =
            shell("trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo $! >pid; wait");
        process.directory = Some(dir.path().to_owned());
        process.time = Duration::from_millis(300);
        let error = process.output().await.unwrap_err();
        assert_eq!(error.to_string(), "sh did not end within 300ms");
        gone(dir.path()).await;
    }

    #[tokio::test]
    async fn a_run_that_nobody_waits_for_leaves_no_process() {
        let dir = tempfile::tempdir().unwrap();
        let mut process = shell("(while :; do sleep 1; done) & echo $! >pid.new; mv pid.new pid; wait");
        process.directory = Some(dir.path().to_owned());
        let running = tokio::spawn(async move { process.output().await });
        while !dir.path().join("pid").exists() {
            tokio::task::yield_now().await;
        }
        running.abort();
        gone(dir.path()).await;
    }

    /// Waits until the process that wrote its number is gone, or is only waited for.
    async fn gone(dir: &std::path::Path) {
        let pid = std::fs::read_to_string(dir.join("pid")).unwrap();
        let state = format!("/proc/{}/stat", pid.trim());
        while std::fs::read_to_string(&state).is_ok_and(|stat| !stat.contains(") Z ")) {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_grandchild_that_holds_the_error_pipe_delays_nobody() {
        let output = shell("sleep 1000 >/dev/null & echo done").output().await.unwrap();
        assert_eq!(output.stdout, b"done\n");
    }

    #[tokio::test]
    async fn only_the_variables_that_are_named_arrive() {
        let mut process = shell("env");
        process.environment = Environment::new([("PATH", "/bin"), ("SECRET", "s"), ("LC_TIME", "de")]);
        process.environment = process.environment.only(&["PATH", "LC_*"]).with("EXTRA", "1");
        let text = String::from_utf8(process.output().await.unwrap().stdout).unwrap();
        assert!(text.contains("LC_TIME=de\n") && text.contains("EXTRA=1\n"), "{text}");
        assert!(!text.contains("SECRET"), "{text}");
    }
}
