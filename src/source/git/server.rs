//! Git in tests: repositories are made by it, and served by `git http-backend` on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs git in a folder, without what the user has configured.
pub(in crate::source) fn git(home: &Path, folder: &Path, arguments: &[&str]) {
    let mut program = Command::new("git");
    program.args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]);
    program.env("GIT_CONFIG_GLOBAL", "/dev/null").env("HOME", home).current_dir(folder);
    let output = program.args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Serves the repositories of a folder; with a password only to whoever has it. Gives its address. It serves
/// until the tests end.
pub(in crate::source) fn serve(folder: PathBuf, password: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            // A client that goes away early is no fault of the server.
            std::thread::spawn(move || drop(answer(&stream, folder, password)));
        }
    });
    address
}

fn answer(stream: &TcpStream, folder: PathBuf, password: Option<&str>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let header = |name: &str| {
        let found = lines.iter().filter_map(|line| line.split_once(": "));
        found.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
    };
    let mut words = lines.first().map(String::as_str).unwrap_or_default().split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut out = stream;
    if let Some(password) = password
        && header("authorization").as_deref() != Some(password)
    {
        return out.write_all(
            b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    }
    let is_chunked = header("transfer-encoding").is_some();
    let length = header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let body = if is_chunked { chunks(&mut reader)? } else { whole(&mut reader, length)? };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut child = Command::new("git");
    child.arg("http-backend").env("GIT_PROJECT_ROOT", folder).env("GIT_HTTP_EXPORT_ALL", "1");
    child.env("REQUEST_METHOD", method).env("PATH_INFO", path).env("QUERY_STRING", query);
    child.env("CONTENT_TYPE", header("content-type").unwrap_or_default());
    child.env("CONTENT_LENGTH", body.len().to_string());
    child.env("HTTP_CONTENT_ENCODING", header("content-encoding").unwrap_or_default());
    child.env("GIT_PROTOCOL", header("git-protocol").unwrap_or_default());
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    child.stdin.take().unwrap().write_all(&body)?;
    let output = child.wait_with_output()?.stdout;
    let end = output.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(output.len());
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
    write!(out, "HTTP/1.1 {status}\r\nConnection: close\r\n{head}\r\n\r\n")?;
    out.write_all(&output[(end + 4).min(output.len())..])
}

fn whole(reader: &mut impl BufRead, length: u64) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok(body)
}

fn chunks(reader: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let size = u64::from_str_radix(line.trim(), 16).unwrap_or(0);
        reader.take(size).read_to_end(&mut body)?;
        reader.read_line(&mut String::new())?;
        if size == 0 {
            return Ok(body);
        }
    }
}
