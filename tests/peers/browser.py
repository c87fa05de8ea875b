"""Plays the person at `callboard login`: browser.py BASE COMMAND...

Runs the command at a terminal of its own, waits for the address that it says, signs in to the Backstage at BASE as its
guest, approves, and goes where a browser would be sent. Ends as the command ends; prints what it said.
"""

import json
import os
import pty
import re
import select
import sys
import urllib.error
import urllib.request

PATIENCE = 60  # seconds without a word from the command


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Where a browser is sent is what is asked for here."""

    def redirect_request(self, *_):
        return None


def ask(url, token=None, data=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    opener = urllib.request.build_opener(NoRedirect)
    try:
        return opener.open(urllib.request.Request(url, data, headers), timeout=PATIENCE)
    except urllib.error.HTTPError as answer:
        return answer


def sign_in(base, address):
    """Signs in as the guest and approves what the address asks for; the status of where that ends."""
    guest = json.load(ask(base + "/api/auth/guest/refresh"))["backstageIdentity"]["token"]
    session = ask(address).headers["Location"].rsplit("/", 1)[1]
    approved = ask(f"{base}/api/auth/v1/sessions/{session}/approve", guest, b"")
    return ask(json.load(approved)["redirectUrl"]).status


def main(base, *command):
    process, terminal = pty.fork()
    if process == 0:
        os.execvp(command[0], command)
    said, status = "", None
    while select.select([terminal], [], [], PATIENCE)[0]:
        try:
            said += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # it ended
            break
        address = re.search(re.escape(base) + r"\S*/authorize\?\S+(?=\s)", said)
        if status is None and address:
            status = sign_in(base, address[0])
    ended = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    print(said, f"(the browser got {status}, the command ended with {ended})", sep="")
    return ended if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
