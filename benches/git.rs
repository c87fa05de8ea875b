//! Fetching 500 repositories over `file://`, beside a parallel shell loop of the same calls of git.

#![expect(clippy::disallowed_methods, reason = "a bench makes files, starts programs and reads the clock")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and ends when something fails")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use callboard::source::child::Environment;
use callboard::source::git::Git;
use callboard::source::mirror::{Manifest, Mirror};
use callboard::source::remote::{Amount, Fetch, Fetched, Remote};
use callboard::source::room::Room;

const REPOSITORIES: usize = 500;

const MAKE: &str = r#"
mkdir -p one && cd one && git init -q && git config uploadpack.allowFilter true
printf 'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\n' >catalog-info.yaml
for i in $(seq 30); do echo "$i" >"file$i"; done
git add -A && git -c user.name=a -c user.email=a@b commit -qm x && cd ..
for i in $(seq "$1"); do cp -r one "r$i"; done
"#;

const LOOP: &str = r#"
seq "$1" | xargs -P 8 -I{} sh -c '
url=file://$PWD/r{}; git ls-remote --symref -- "$url" HEAD >refs{}
[ -e bare{} ] && exit
hash=$(awk "/^[0-9a-f]*\tHEAD/ {print \$1}" refs{})
git init -q --bare --template= bare{}; cd bare{}
set -- -c remote.origin.url="$url" -c remote.origin.promisor=true
git "$@" fetch -q --no-tags --depth=1 --filter=blob:none -- origin "+$hash:refs/callboard/head" 2>/dev/null
id=$(git ls-tree -r "$hash" | awk "/catalog-info/ {print \$3}")
echo "$id" | git "$@" -c fetch.negotiationAlgorithm=noop fetch -q --no-tags --filter=blob:none --stdin -- origin
echo "$id" | git cat-file --batch >/dev/null'
"#;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    shell(dir.path(), MAKE);
    let urls = (1..=REPOSITORIES).map(|number| format!("file://{}/r{number}", dir.path().display()));
    let settings = serde_json::json!({ "urls": urls.collect::<Vec<_>>() });
    let git = Git::new(serde_json::from_value(settings).unwrap(), Environment::inherited()).unwrap();
    let mirror = Mirror::new(dir.path().join("mirror"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fetch = |before: &Manifest| {
        let (mirror, now, progress) = (&mirror, jiff::Timestamp::UNIX_EPOCH, |_: Amount| {});
        let fetch = Fetch { mirror, before, now, room: &Room::default(), progress: &progress };
        timed(|| runtime.block_on(git.fetch(fetch)).unwrap())
    };
    let ((), shell_first) = timed(|| shell(dir.path(), LOOP));
    let (first, own_first) = fetch(&Manifest::default());
    let ((), shell_again) = timed(|| shell(dir.path(), LOOP));
    let (again, own_again) = fetch(&Manifest::new(first.units.clone()));
    print("first", &first, own_first, shell_first);
    print("unchanged", &again, own_again, shell_again);
}

fn shell(folder: &Path, script: &str) {
    let count = REPOSITORIES.to_string();
    let status = Command::new("sh").args(["-ec", script, "sh", &count]).current_dir(folder).status();
    assert!(status.unwrap().success());
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    (work(), start.elapsed())
}

fn print(name: &str, fetched: &Fetched, own: Duration, shell: Duration) {
    let ratio = own.as_secs_f64() / shell.as_secs_f64();
    let count = fetched.requests;
    println!("{name}: {own:.2?}, {count} processes; shell loop {shell:.2?}; ratio {ratio:.2}");
}
