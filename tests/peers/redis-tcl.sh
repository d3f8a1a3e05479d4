#!/usr/bin/env bash
# Redis's own test suite, run against the bundled server: a table of units, and the tests that failed by name.
#   tests/peers/redis-tcl.sh [-s SERVER] [-l] [-a] [unit…]
#     -s SERVER   the binary: cachescope (the default is target/release/cachescope) or a redis-server, for the base line
#     -l          the units named run in the runner's local mode, where it starts the server itself
#     -a          also the tests that redis-tcl.skip leaves out
# Without units: those of the lists below. LIMIT=seconds a unit, QUIET=seconds without progress, TAGS for the runner's --tags.
# The suite is Debian's source package of redis, kept in ~/.cache/cachescope and never copied into this repository. There
# too, in redis-tcl/, are the logs of the last run and results.tsv: a line `unit, outcome, test, message` for each test.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Units with tests of what the bundled server sets out to do.
hosted=(type/string type/incr type/hash type/list type/list-2 type/list-3 type/set type/zset expire scan keyspace dump protocol
  pubsub quit slowlog multi info-command other introspection introspection-2 latency-monitor pause bitops)
local=(maxmemory info auth limits obuf-limits)

server=${CARGO_TARGET_DIR:-target}/release/cachescope
mode=host all=
while getopts s:la option; do
  case $option in
    s) server=$OPTARG ;;
    l) mode=local ;;
    a) all=1 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
limit=${LIMIT:-600} quiet=${QUIET:-120}
tags=${TAGS--needs:debug -needs:repl -needs:save}
server=$(realpath -s "$server")
[ -x "$server" ] || { echo "$server is missing: make build" >&2; exit 1; }
case $(basename "$server") in
  redis-*) arguments=(--save "" --appendonly no --bind 127.0.0.1) ;;
  *) arguments=() subcommand=server ;;
esac
[[ $tags == *-needs:debug* ]] || arguments+=(--enable-debug-command yes)

cache=${XDG_CACHE_HOME:-$HOME/.cache}/cachescope
logs=$cache/redis-tcl
skip=$PWD/tests/peers/redis-tcl.skip

install() { # packages
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -qq
  [ $# -eq 0 ] || "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Fetches the source package with apt's own tools and keys, from where this system's packages come, in folders of its own:
# the system's list of sources stays as it is.
fetch() {
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/cache/archives/partial"
  # shellcheck disable=SC2016
  targets() { apt-get indextargets --format 'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | sort -u; }
  [ -n "$(targets)" ] || install
  targets >"$cache/apt/sources.list"
  local options=(-qq -o "Dir::Etc::sourcelist=$cache/apt/sources.list" -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=
    -o "Dir::State::lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt/cache")
  apt-get "${options[@]}" update
  (cd "$cache/apt" && apt-get "${options[@]}" source --download-only redis && dpkg-source --no-check -x redis_*.dsc unpacked >/dev/null)
  rm -rf "$cache/redis"
  mv "$cache/apt/unpacked" "$cache/redis"
  rm -rf "$cache/apt"
}

command -v tclsh >/dev/null || install tcl
command -v dpkg-source >/dev/null || install dpkg-dev
[ -x "$cache/redis/runtest" ] || fetch

# The runner writes into its own folder, and cleans up there what other runs may be using: each run has a copy.
work=$(mktemp -d)
started=
trap 'kill $started 2>/dev/null || :; rm -rf "$work"' EXIT
cp -r "$cache/redis/runtest" "$cache/redis/tests" "$work"
mkdir "$work/src" "$work/data"
printf '#!/bin/sh\nexec "%s" %s "$@"\n' "$server" "${subcommand:-}" >"$work/src/redis-server"
chmod +x "$work/src/redis-server"
for tool in redis-cli redis-benchmark; do
  ln -s "$(command -v $tool || echo /usr/bin/$tool)" "$work/src/$tool"
done
rm -rf "$logs"
mkdir -p "$logs"

# A server on a free port, in $started and $port.
start() { # log
  for _ in $(seq 20); do
    port=$((20000 + RANDOM % 1000))
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue
    (cd "$work/data" && exec "$work/src/redis-server" --port "$port" "${arguments[@]}") >"$1" 2>&1 &
    started=$!
    while kill -0 "$started" 2>/dev/null; do
      ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
      sleep 0.02
    done
  done
  echo "$server does not listen:" >&2
  cat "$1" >&2
  exit 1
}

# What a log of the runner says, a line a test: outcome, test, message.
read_log() { # exit code of the runner, in $1; the log on standard input
  awk -v code="$1" -v limit="$limit" -v quiet="$quiet" -v OFS='\t' '
    function is(word) { return index($0, "[" word "]: ") == 1 }
    function rest() { line = substr($0, index($0, "]: ") + 3); gsub(/\t/, " ", line); return line }
    # Where it takes off "assertion:", the runner takes as many letters off any other error; the trace behind it has them.
    function whole(at) { return substr(error[at + 1], 11) == error[at] ? error[at + 1] : error[at] }
    function flush() { # an error whose lines have been gathered
      if (!lines) return
      if (error[1] ~ / in tests\/[^ ]*\.tcl$/) {
        sub(/ in tests\/[^ ]*\.tcl$/, "", error[1])
        print "failed", error[1], whole(2)
      } else { # code between the tests
        message = whole(1)
        for (i = 1; i <= lines; i++) if (error[i] == "ERROR:") message = error[1] ": " error[i + 1]
        print "lost", "(the rest of a start_server block)", message
      }
      lines = 0
    }
    /^\[(ok|err|skip|ignore|exception|ready|TIMEOUT|testing)\]: / || /^\[[0-9]+\/[0-9]+ done\]/ || /^ +The End$/ { flush() }
    /^ +The End$/ { ended = 1; exit }
    is("ok") { name = rest(); sub(/ \([0-9]+ ms\)$/, "", name); print "passed", name, ""; next }
    is("err") { lines = 1; error[1] = rest(); next }
    is("skip") { print "out", rest(), ""; next }
    is("ignore") { print "denied", rest(), ""; next }
    is("exception") { print "aborted", "", rest(); ended = 1; next }
    is("TIMEOUT") { stuck = 1; next }
    stuck && /=> \(/ { sub(/^[^(]*/, ""); print "aborted", "", "no progress for " quiet " s: " $0; ended = 1; next }
    lines { error[++lines] = $0 }
    END {
      flush()
      if (!ended) print "aborted", "", code == 124 ? "not done after " limit " s" : "the runner ended with " code
    }'
}

unit() { # mode, unit
  local log=$logs/${2//\//-}.log code=0 options=() died=
  if [ "$1" = host ]; then
    start "$logs/${2//\//-}.server.log"
    options=(--host 127.0.0.1 --port "$port" --singledb --ignore-encoding --ignore-digest)
  fi
  [ -n "$all" ] || options+=(--skipfile "$skip")
  (cd "$work" && TERM=dumb timeout -k 10 "$limit" ./runtest "${options[@]}" --durable --clients 1 --timeout "$quiet" \
    --tags "$tags" --single "unit/$2") >"$log" 2>&1 </dev/null || code=$?
  if [ "$1" = host ]; then
    kill -0 "$started" 2>/dev/null || { wait "$started" || died=$?; died="the server ended with ${died:-0}"; }
    kill "$started" 2>/dev/null || :
    wait "$started" 2>/dev/null || :
    started=
  fi
  {
    read_log "$code" <"$log"
    [ -z "$died" ] || printf 'aborted\t\t%s\n' "$died"
  } | sed "s|^|$2\t|" >>"$logs/results.tsv"
  awk -F '\t' -v unit="$2" -v format="$format" '
    $1 == unit { count[$2]++; if ($2 == "aborted") note = note (note ? "; " : "") $4 }
    END { printf format, unit, count["passed"] + 0, count["failed"] + 0, count["lost"] + 0, count["out"] + 0, count["denied"] + 0, note ? "ABORTED: " note : "" }
  ' "$logs/results.tsv"
}

format='%-18s %7s %7s %7s %7s %7s  %s\n'
echo "Redis $(sed -n 's/^#define REDIS_VERSION "\(.*\)"/\1/p' "$cache/redis/src/version.h")'s test suite against $server"
printf "$format" unit passed failed lost out denied ''
if [ $# -gt 0 ]; then
  for name in "$@"; do unit "$mode" "${name#unit/}"; done
else
  for name in "${hosted[@]}"; do unit host "$name"; done
  for name in "${local[@]}"; do unit local "$name"; done
fi
awk -F '\t' -v format="$format" '
  { count[$2]++ }
  $2 == "failed" || $2 == "lost" || $2 == "aborted" { list = list sprintf("%s: %s%s\n", $1, $3, $4 ? "  -- " substr($4, 1, 200) : "") }
  END {
    printf format, "total", count["passed"] + 0, count["failed"] + 0, count["lost"] + 0, count["out"] + 0, count["denied"] + 0, ""
    print "\nlost: blocks whose remaining tests did not run, as code between two tests failed. out: left out by redis-tcl.skip."
    print "denied: by tag, or not for this mode (a whole block counts as one).\n\n" list
    exit count["failed"] + count["lost"] + count["aborted"] > 0
  }' "$logs/results.tsv"
