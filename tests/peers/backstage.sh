#!/usr/bin/env bash
# The real binary against a real Backstage: everything as it is served, what changed, docs, signing in, a wrong token,
# restarts, one in the middle of a sync, and the time beside curl.
#
#   tests/peers/backstage.sh [BINARY [ENTITIES]]
#
# BINARY is target/release/callboard where none is named, and is built where it is not there. The peer is started by
# $CALLBOARD_SHARED/peers/backstage/start.sh (../shared without it) on a port of its own, $PEER_PORT or 7917, with a
# catalog of ENTITIES (1000); it installs a Backstage once, which takes some minutes. Needs curl and python3. Prints a
# line a check, with what was said where one failed, and at last `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
shared=$(realpath "${CALLBOARD_SHARED:-../shared}") || exit 2
peer=$shared/peers/backstage
binary=${1:-target/release/callboard}
entities=${2:-1000}
if [ $# -eq 0 ] && [ ! -x "$binary" ]; then cargo build --release || exit 2; fi
binary=$(realpath "$binary") || exit 2

# An instance that somebody else started on this port is not ours to use or to stop.
export PEER_PORT=${PEER_PORT:-7917} PEER_TOKEN=peer-token-for-$$-$RANDOM
base=http://127.0.0.1:$PEER_PORT
if curl -s -o /dev/null -m 5 "$base/"; then
  echo "something listens on port $PEER_PORT already: name another one by PEER_PORT" >&2
  exit 2
fi

page_size=200     # entities of a page, of callboard and of curl
etags_size=10000  # names and etags of a page, of callboard
compared=10000    # entities that are compared field by field, evenly spread
per_file=10000    # entities of a file; a location of this peer holds no more than 32,000
wait_limit=${PEER_WAIT:-300} # seconds until the peer has loaded its catalog or noticed a change
rounds=5          # of which the fastest counts

work=$(mktemp -d "${TMPDIR:-/tmp}/callboard-peer.XXXXXX") || exit 2
trap '"$peer/stop.sh" >/dev/null 2>&1; rm -rf "$work"' EXIT
said=$work/said passed=0 failed=0

# check NAME COMMAND…: one check; what it says is shown where it fails.
check() {
  local name=$1
  shift
  if "$@" >"$said" 2>&1; then
    echo "ok    $name"
    passed=$((passed + 1))
  else
    echo "FAIL  $name"
    tail -n 8 "$said" | cut -c1-600 | sed 's/^/      /'
    failed=$((failed + 1))
  fi
}

callboard() {
  env -i PATH="$PATH" HOME="${home-$work/home}" PORTAL_TOKEN="${token-$PEER_TOKEN}" NO_COLOR=1 \
    "$binary" --config "${config-$work/config.yaml}" "$@"
}
api() { curl -sSf -m 60 -H "Authorization: Bearer $PEER_TOKEN" "$base/api/catalog/$1" "${@:2}"; }
start() { "$peer/start.sh" "$work/catalog"; }
known() { callboard list -o name | wc -l; }
# looks: the requests of a sync that finds nothing new.
looks() { echo $((($(known) + etags_size - 1) / etags_size)); }

# pages: walks all pages as a sync does, and writes them one after the other.
pages() {
  local query="limit=$page_size" answer
  while [ -n "$query" ]; do
    answer=$(api "entities/by-query?$query") || return 1
    printf '%s\n' "$answer"
    [[ $answer =~ \"nextCursor\":\"([^\"]+)\" ]] || break
    # A cursor is base64, whose three signs mean something else in an address.
    query=${BASH_REMATCH[1]//+/%2B}
    query=limit=$page_size\&cursor=${query//=/%3D}
  done
}

# settled: waits until two answers are the same, so that all is loaded and every relation made.
settled() {
  local deadline=$((SECONDS + wait_limit)) last= now
  while [ "$SECONDS" -lt "$deadline" ]; do
    now=$(api 'entities?fields=kind,metadata.name,metadata.etag,relations')
    [ "$(grep -o '"etag"' <<<"$now" | wc -l)" -ge "$entities" ] && [ "$now" = "$last" ] && return
    last=$now
    sleep 3
  done
  echo "the peer had not settled after $wait_limit s"
  return 1
}

# ends STATUS TEXT COMMAND…: whether a command ends so, and says so.
ends() {
  local status=$1 text=$2 found
  "${@:3}" >"$work/ended" 2>&1
  found=$?
  cat "$work/ended"
  echo "(status $found)"
  [ "$found" -eq "$status" ] && grep -qF -- "$text" "$work/ended"
}

# synced RESULT REQUESTS: whether a sync comes to this; with no number, by however many requests.
synced() {
  callboard sync --json >"$work/sync.json" || return 1
  cat "$work/sync.json"
  python3 - "$work/sync.json" "$@" <<'PYTHON'
import json, sys

answer, result, *requests = sys.argv[1:]
run = json.load(open(answer))["items"][0]["sync"]
sys.exit(run["result"] != result or requests != [] and run["requests"] != int(requests[0]))
PYTHON
}

# same: whether there is exactly what the peer serves: all names, and of each entity every field.
same() {
  api entities >"$work/served.json" && callboard list -o name >"$work/names" || return 1
  env -i PATH="$PATH" HOME="$work/home" NO_COLOR=1 python3 - "$work" "$compared" "$binary" <<'PYTHON'
import json, os, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

work, compared, binary = sys.argv[1], int(sys.argv[2]), sys.argv[3]
name = lambda e: f"{e['kind']}:{e['metadata']['namespace']}/{e['metadata']['name']}".lower()
served = {name(entity): entity for entity in json.load(open(work + "/served.json"))}
listed = sorted(open(work + "/names").read().split())
if sorted(served) != listed:
    sys.exit(f"{len(served)} served, {len(listed)} listed, apart: {sorted(set(served) ^ set(listed))[:5]}")

def show(reference):
    command = [binary, "--config", work + "/config.yaml", "--offline", "show", reference, "-o", "json"]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["items"][0]

with ThreadPoolExecutor(os.cpu_count()) as threads:
    for item in threads.map(show, listed[:: -(-len(listed) // compared)]):
        theirs, ours = served[item["ref"]], item["entity"]
        if theirs != ours:
            fields = [key for key in {*theirs, *ours} if theirs.get(key) != ours.get(key)]
            sys.exit(f"{item['ref']} differs in {fields}: {[(theirs.get(key), ours.get(key)) for key in fields]}")
PYTHON
}

# changed: gives an entity another title, and waits until the peer serves it.
changed() {
  local name deadline=$((SECONDS + wait_limit)) location
  name=$(python3 - "$(grep -l '^kind: Component$' "$work"/catalog/*.yaml | head -n 1)" <<'PYTHON'
import re, sys

documents = re.split(r"(?m)^---\n", open(sys.argv[1]).read())
at, name = next((at, found[1]) for at, document in enumerate(documents)
                if re.search(r"(?m)^kind: Component$", document)
                and (found := re.search(r"(?m)^  name: (\S+)$", document)))
bare = re.sub(r"(?m)^  title: .*\n", "", documents[at])
documents[at] = re.sub(r"(?m)^(  name: \S+)$", r"\1\n  title: Another title", bare, count=1)
open(sys.argv[1], "w").write("---\n".join(documents))
print(name)
PYTHON
  ) || return 1
  api 'entities?filter=kind=location&fields=metadata.name' | grep -o '"name":"[^"]*"' | cut -d'"' -f4 |
    while IFS= read -r location; do
      api refresh -H 'Content-Type: application/json' -d "{\"entityRef\":\"location:default/$location\"}"
    done
  until api "entities/by-name/component/default/$name" | grep -qF 'Another title'; do
    [ "$SECONDS" -lt "$deadline" ] || { echo "the peer did not notice the change of $name in $wait_limit s"; return 1; }
    sleep 1
  done
}

# documented: whether the docs that the peer builds are shown as they are written.
documented() {
  callboard docs component:default/docs-site && callboard docs component:default/docs-site running >"$work/page" || return 1
  cat "$work/page"
  grep -qF -- "$(sed -n 's/^# //p' "$peer/fixtures/docs-site/docs/running.md" | head -n 1)" "$work/page"
}

# signed_in: signs in with a browser, syncs with that alone, and signs out, after which there is no way in.
signed_in() {
  local home=$work/guest config=$work/guest.yaml token=
  mkdir -p "$home"
  echo "sources: [{ id: portal, type: backstage, url: \"$base\", login: true }]" >"$config"
  env -i PATH="$PATH" HOME="$home" python3 tests/peers/browser.py "$base" "$binary" --config "$config" login || return 1
  callboard sync && [ "$(known)" -ge "$entities" ] && callboard login --out || return 1
  ends 1 "callboard login" callboard sync
}

# cut_off: ends the peer in the middle of a first sync: nothing of it counts, and a later one brings everything.
cut_off() {
  local home=$work/cut_off deadline=$((SECONDS + wait_limit)) syncing
  mkdir -p "$home"
  callboard sync >"$work/ended" 2>&1 &
  syncing=$!
  until [ -n "$(find "$home" -path '*/packs/*' -type f -size +0 2>/dev/null)" ]; do
    kill -0 "$syncing" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ] || { cat "$work/ended"; return 1; }
  done
  "$peer/stop.sh" >/dev/null 2>&1
  wait "$syncing"
  local status=$?
  cat "$work/ended"
  [ "$status" -eq 4 ] && ends 4 "help: " callboard list --offline || return 1
  start && settled && callboard sync && [ "$(known)" -ge "$entities" ]
}

# no_token: whether the token is in no file.
no_token() { ! grep -rlF -- "$PEER_TOKEN" "$work/home"; }

# stale: whether the data is marked so, with a reason.
stale() {
  callboard list --json >"$work/list.json"
  python3 -c 'import json, sys; sys.exit(not json.load(open(sys.argv[1]))["stale"][0]["reason"])' "$work/list.json"
}

# fastest COMMAND…: the milliseconds of its fastest run; a function `before` is called before each.
fastest() {
  local best= began took
  for _ in $(seq "$rounds"); do
    before
    began=$(date +%s%N)
    "$@" >/dev/null 2>&1 || return 1
    took=$((($(date +%s%N) - began) / 1000000))
    [ -n "$best" ] && [ "$best" -le "$took" ] || best=$took
  done
  echo "$best"
}

# times: for reading, not judged; the walk with curl is one process a page.
times() {
  local walk full unchanged
  before() { :; }
  walk=$(fastest pages) && unchanged=$(fastest callboard sync) || return 1
  before() { rm -rf "$work/home/.cache"; }
  full=$(fastest callboard sync) || return 1
  awk -v walk="$walk" -v full="$full" -v unchanged="$unchanged" 'BEGIN {
    printf "times: curl %d ms; full sync %d ms, ratio %.2f; unchanged sync %d ms, ratio %.2f\n",
      walk, full, full / walk, unchanged, unchanged / walk }'
}

mkdir "$work/home"
python3 "$shared/peers/gen_catalog.py" -n "$entities" --seed 1 --layout chunks --per-file "$per_file" \
  --out "$work/catalog" >/dev/null || exit 2
# Signing in from a command has to be allowed, and this way of it takes a peer without https.
export APP_CONFIG_auth_experimentalDynamicClientRegistration_enabled=true
cat >"$work/config.yaml" <<YAML
sources: [{ id: portal, type: backstage, url: "$base", token: { env: PORTAL_TOKEN }, page_size: $page_size }]
YAML

check "nobody is there: it says so" ends 4 "help: " callboard sync
check "the peer starts" start
[ "$failed" -eq 0 ] || { echo "$passed passed, $failed failed"; exit 1; }
check "the peer has loaded its catalog" settled
token=wrong-$PEER_TOKEN check "a wrong token: what to do" ends 4 "PORTAL_TOKEN" callboard sync
check "a first sync brings everything" synced changed
check "everything is as it is served" same
check "an unchanged sync asks for names and etags only" synced unchanged "$(looks)"
check "the peer serves a change" changed
check "the peer has settled" settled
check "what changed is fetched" synced changed
check "everything is as it is served, after the change" same
check "another unchanged sync asks for names and etags only" synced unchanged "$(looks)"
token=wrong-$PEER_TOKEN check "a wrong token later: what to do" ends 1 "PORTAL_TOKEN" callboard sync
before=$(known 2>/dev/null)
"$peer/stop.sh" >/dev/null 2>&1
check "the peer is gone: a sync fails" ends 1 "portal" callboard sync
check "what is known stays" ends 0 "$before" known
check "what is known is marked stale" stale
check "the peer starts again" start
check "the peer has loaded its catalog again" settled
check "a sync is well again" ends 0 "portal" callboard sync
check "everything is as it is served, after the restart" same
check "the docs that it builds are shown" documented
check "somebody signs in with a browser, and out" signed_in
check "the peer is cut off in the middle of a sync, which counts as none" cut_off
check "the token is in no file" no_token
check "times are taken" times
grep '^times' "$said"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
