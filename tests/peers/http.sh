#!/usr/bin/env bash
# The front door against the seed's own stack (Express, node-redis, redis-server, better-sqlite3) and a faster one of its
# kind (Fastify, ioredis): the same catalogue file, the same SQL, the same requests, in alternating rounds of wrk. Raw output and
# a table of medians go to tests/recordings/http. About ten minutes; the machine should have nothing else to do.
#   make build && tests/peers/http.sh [rounds] [seconds a round]
# Needs wrk and redis-server (Debian's), node, and gcc: better-sqlite3 is compiled here, from its source.
set -Eeuo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-5}
seconds=${2:-5}
binary=${CACHESCOPE:-${CARGO_TARGET_DIR:-target}/release/cachescope}
peers=tests/peers/http
out=tests/recordings/http
redis_port=6399
export PRODUCTS=1000

for tool in wrk redis-server redis-cli node npm taskset; do
  command -v "$tool" >/dev/null || { echo "http.sh: $tool is missing" >&2; exit 1; }
done
[ -x "$binary" ] || { echo "http.sh: $binary is missing; make build" >&2; exit 1; }

if [ ! -d $peers/node_modules ]; then
  # From source, with the headers of the node that is installed: nothing is downloaded but the packages themselves.
  include=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  (
    cd $peers
    npm ci --no-audit --no-fund --ignore-scripts
    npm_config_nodedir="$include" npm --prefix node_modules/better-sqlite3 run build-release
  )
fi

work=$(mktemp -d)
started=()
finish() {
  for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'echo "http.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

mkdir -p "$out"
rm -f "$out"/*.txt

# Waits until somebody answers there.
await() {
  for _ in $(seq 100); do
    curl -fs -o /dev/null "http://127.0.0.1:$1/api/products/1?query=lookup" && return
    sleep 0.1
  done
  echo "http.sh: nobody answers on port $1" >&2
  exit 1
}

# Starts what is to be compared with values that live so long, each process pinned to those processors: ports 3001, 3002, 3003.
start() {
  local ttl=$1 processors=$2
  taskset -c "$processors" redis-server --port $redis_port --bind 127.0.0.1 --save "" --appendonly no >/dev/null &
  started+=($!)
  until redis-cli -p $redis_port ping >/dev/null 2>&1; do sleep 0.1; done
  taskset -c "$processors" "$binary" --data-dir "$work" serve --http 127.0.0.1:3001 --query lookup --ttl "${ttl}ms" >"$work/door.log" &
  started+=($!)
  await 3001
  local common=(REDIS_PORT=$redis_port TTL_MS="$ttl" CATALOGUE="$work/catalogue-small.db" NODE_ENV=production)
  env "${common[@]}" PORT=3002 taskset -c "$processors" node $peers/express.mjs >/dev/null &
  started+=($!)
  env "${common[@]}" PORT=3003 taskset -c "$processors" node $peers/fastify.mjs >/dev/null &
  started+=($!)
  await 3002
  await 3003
}

stop() {
  for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
  for id in "${started[@]}"; do wait "$id" 2>/dev/null || true; done
  started=()
}

declare -A port=([cachescope]=3001 [express]=3002 [fastify]=3003)
contestants=(cachescope express fastify)

# Rounds of one kind, each contestant in turn, another one first each time.
compare() {
  local kind=$1 connections=$2 pin=("${@:3}")
  for name in "${contestants[@]}"; do
    # Each fills its cache, and says which way its requests went.
    wrk -t1 -c1 -d5s -s $peers/products.lua "http://127.0.0.1:${port[$name]}" >/dev/null
    CHECK=1 wrk -t1 -c1 -d5s -s $peers/products.lua "http://127.0.0.1:${port[$name]}" | grep '^hits' |
      sed "s/^/$kind, $name: /" >>"$out/check.txt"
  done
  for round in $(seq "$rounds"); do
    for turn in 0 1 2; do
      local name=${contestants[$(((turn + round) % 3))]}
      "${pin[@]}" wrk -t1 -c"$connections" -d"${seconds}s" --latency -s $peers/products.lua \
        "http://127.0.0.1:${port[$name]}" >"$out/$kind-$name-$round.txt"
    done
  done
}

all=0-$(($(nproc) - 1))
start 3600000 "$all"
compare hits 64 env
stop
start 1 "$all"
compare misses 64 env
stop
# One after another, all of it on one processor: no other has to be woken.
start 3600000 0
compare sequential-hits 1 taskset -c 0
stop

{
  echo "tests/peers/http.sh $rounds $seconds"
  echo "$(date -I), $(nproc) cores, $(uname -sr), $("$binary" --version), commit $(git rev-parse --short HEAD)"
  echo "node $(node --version), $(cd $peers && npm ls --depth=0 2>/dev/null | grep -o '[a-z0-9-]*@[0-9.]*' | grep -v cachescope | paste -sd' '), $(redis-server --version | cut -d' ' -f3), $(wrk -v 2>&1 | head -1 | cut -d' ' -f1-2)"
  echo
  node $peers/table.mjs "$out"
  echo
  cat "$out/check.txt"
} | tee "$out/summary.md"
