"""More ways to be a Backstage, for the fault server (--plugin): the states that a sync starts from, and
faults that show only in the second kind of request, for the entities that changed."""
import os
import subprocess

import fault_server as fs


def signed(folder):
    """A certificate that an authority of its own signed, whose own lies beside it as authority.pem."""
    cert, key, request = folder + "/cert.pem", folder + "/key.pem", folder + "/request.pem"
    authority, authority_key, names = folder + "/authority.pem", folder + "/authority-key.pem", folder + "/names"
    with open(names, "w") as file:
        file.write("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
    new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes"]
    for command in (
            [*new, "-x509", "-days", "2", "-subj", "/CN=authority", "-keyout", authority_key, "-out", authority],
            [*new, "-subj", "/CN=localhost", "-keyout", key, "-out", request],
            ["openssl", "x509", "-req", "-days", "2", "-in", request, "-CA", authority, "-CAkey", authority_key,
             "-CAcreateserial", "-extfile", names, "-out", cert]):
        subprocess.run(command, check=True, capture_output=True)
    return cert, key


if os.environ.get("FAULT_AUTHORITY"):
    fs.self_signed = signed


def older(share, version):
    """A catalog in which one entity of so many has another version."""
    def make(i):
        e = fs.entity(i)
        if i % share == 0:
            e["metadata"] |= {"etag": "%s-%d" % (version, i), "description": "As it was before."}
        return e
    return make


@fs.mode("older", "correct, but of `share` entities (1: all) one is of another `version`")
def _(h, o):
    h.honest(older(int(o.get("share", 1)), o.get("version", "older")))


@fs.mode("late", "the list is correct, and by-refs does what the mode `then` does")
def _(h, o):
    if not h.api_path.endswith("/by-refs"):
        return h.honest()
    h.state.count("late " + o["then"])
    fs.MODES[o["then"]][0](h, o)


@fs.mode("refs-none", "by-refs with no items, though they were asked for")
def _(h, o):
    h.json({"items": []})


@fs.mode("refs-others", "by-refs with entities that nobody asked for")
def _(h, o):
    h.json({"items": [fs.entity(1000 + i) for i in range(20)]})


@fs.mode("refs-text", "by-refs with items that are no entities")
def _(h, o):
    h.json({"items": ["\x1b]0;HOSTILE\x07"] * 20})
