#!/usr/bin/env bash
# Records and compares no cache, mini-redis, the bundled server and redis-server, and leaves the report and the raw data in
# tests/recordings/study. About three minutes; the machine should have nothing else to do.
#   make build && tests/peers/study.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=$PWD/${CARGO_TARGET_DIR:-target}/release/cachescope
[ -x "$binary" ] || binary=${CARGO_TARGET_DIR:-target}/release/cachescope
out=$PWD/tests/recordings/study
data=$(mktemp -d)

redis-server --port 6399 --bind 127.0.0.1 --save "" --appendonly no >/dev/null &
redis=$!
trap 'kill $redis; rm -rf "$data"' EXIT
until redis-cli -p 6399 ping >/dev/null 2>&1; do :; done

command="cachescope compare --plan tests/recordings/study/plan.toml --html tests/recordings/study/report.html"
"$binary" --data-dir "$data" compare --plan "$out/plan.toml" --html "$out/report.html" >"$out/result.txt"
for number in 1 2 3 4; do
  "$binary" --data-dir "$data" recordings export "#$number" --format json --out "$out/recording-$number.json"
done
{
  echo "$command"
  echo "$(date -I), $(nproc) cores, $(uname -sr), $(redis-server --version | cut -d' ' -f1-3), $("$binary" --version), commit $(git rev-parse --short HEAD)"
  echo
  cat "$out/result.txt"
} >"$out/result.tmp"
mv "$out/result.tmp" "$out/result.txt"
