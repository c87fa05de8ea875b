"""A home of its own for callboard, and what is looked at after every run in it: time, memory, terminal
controls, the token, private files."""
import base64
import json
import os
import shutil
import signal
import stat
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

TOKEN = "s3cr3t-Token-31337-of-the-faults"
MOST_KIB = 300 * 1024
LOOK = 0.01

CONFIG = """\
sync: {{ timeout: {timeout}s }}
sources:
  - {{ id: portal, type: backstage, url: "{url}", token: {{ env: FAULT_TOKEN }}, page_size: 100{more} }}
"""


@dataclass
class Run:
    """What a command came to."""
    arguments: tuple
    status: int
    out: str
    err: str
    seconds: float
    kib: int

    @property
    def names(self) -> int:
        return len(self.out.splitlines())

    def told(self) -> str:
        return "%s: status %s, %.1f s, %s" % (
            " ".join(self.arguments), self.status, self.seconds, " ".join(self.err.split())[:400])


class Home:
    """A HOME and a configuration in it; `wrong` collects what must not be."""

    def __init__(self, binary: str, work: Path, name: str, audit) -> None:
        self.binary, self.audit = binary, audit
        self.home, self.config = work / name / "home", work / name / "config.yaml"
        self.home.mkdir(parents=True)
        self.token, self.variables, self.wrong = TOKEN, {}, []
        self.kib = 0

    def point(self, url: str, timeout: int = 20, more: str = "") -> None:
        """Says where the source is."""
        self.config.write_text(CONFIG.format(url=url, timeout=timeout, more=more))

    def start(self, *arguments, before=()):
        """Starts a command and does not wait for it."""
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("XDG_", "CALLBOARD_")) and not name.lower().endswith("_proxy")}
        environment |= {"HOME": str(self.home), "FAULT_TOKEN": self.token, "NO_COLOR": "1"} | self.variables
        command = [*before, self.binary, "--config", str(self.config), *arguments]
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, umask=0, start_new_session=True)

    def run(self, *arguments, most=120.0, before=()) -> Run:
        """Runs a command and looks at what everything must keep to."""
        began = time.monotonic()
        child = self.start(*arguments, before=before)
        texts = {}
        readers = [threading.Thread(target=lambda n=n, s=s: texts.update({n: s.read()}))
                   for n, s in (("out", child.stdout), ("err", child.stderr))]
        for reader in readers:
            reader.start()
        is_late = False
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - began > most and not is_late:
                is_late = True
                os.killpg(child.pid, signal.SIGKILL)
            time.sleep(LOOK)
        child.returncode = os.waitstatus_to_exitcode(status)
        for reader in readers:
            reader.join()
        run = Run(arguments, child.returncode, texts["out"].decode("utf-8", "replace"),
                  texts["err"].decode("utf-8", "replace"), time.monotonic() - began, usage.ru_maxrss)
        self.kib = max(self.kib, run.kib)
        if is_late:
            self.wrong.append("did not end within %d s: %s" % (most, " ".join(arguments)))
        elif run.status < 0 or "panicked" in run.err:
            self.wrong.append("crashed: " + run.told())
        if run.kib > MOST_KIB:
            self.wrong.append("%d MB of memory: %s" % (run.kib // 1024, " ".join(arguments)))
        for stream, raw in texts.items():
            dangers = [f for f in self.audit(raw) if f.severity == "danger" or f.hostile]
            if dangers or b"\r" in raw or b"\b" in raw:
                self.wrong.append("control bytes in std%s of %s: %s" % (stream, " ".join(arguments), dangers))
            if has_token(raw, self.token):
                self.wrong.append("the token is in std%s of %s" % (stream, " ".join(arguments)))
        return run

    def names(self) -> int:
        """How many entities there are."""
        return self.run("list", "-o", "name").names

    def stale(self) -> list:
        """Which sources are stale, and why; nothing where no answer came."""
        run = self.run("list", "--json")
        return json.loads(run.out)["stale"] if run.out else []

    def look(self) -> None:
        """Looks at every file: private, and without the token."""
        for folder, folders, files in os.walk(self.home):
            for name in folders + files:
                path = Path(folder, name)
                mode = path.lstat().st_mode
                if stat.S_IMODE(mode) & 0o077:
                    self.wrong.append("others may read %s: %o" % (path.relative_to(self.home), mode & 0o777))
                if stat.S_ISREG(mode) and has_token(path.read_bytes(), self.token):
                    self.wrong.append("the token is in " + str(path.relative_to(self.home)))

    def expect(self, is_so: bool, what: str) -> None:
        """Notes what is not as it must be."""
        if not is_so:
            self.wrong.append(what)

    def remove(self) -> None:
        shutil.rmtree(self.home.parent, ignore_errors=True)


def has_token(raw: bytes, token: str) -> bool:
    plain = token.encode()
    return plain in raw or base64.b64encode(plain)[:-4] in raw
