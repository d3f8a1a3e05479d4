#!/usr/bin/env bash
# The bundled server beside redis-server under redis-benchmark: alternately, several rounds, medians and ratios.
#   tests/peers/redis-benchmark.sh > tests/recordings/redis-benchmark.txt
# Needs target/release/cachescope (make build), and redis-server and redis-benchmark (make test installs them).
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${ROUNDS:-7}
requests=${REQUESTS:-100000}
cachescope=${CACHESCOPE:-target/release/cachescope}
[ -x "$cachescope" ] || { echo "$cachescope is missing: make build" >&2; exit 1; }
runs=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; rm -rf "$runs"' EXIT

"$cachescope" server --port 0 > "$runs/bundled.log" &
until bundled=$(grep -oE '127\.0\.0\.1:[0-9]+' "$runs/bundled.log" | head -1 | cut -d: -f2) && [ -n "$bundled" ]; do sleep 0.05; done
peer=$((20000 + RANDOM % 20000))
redis-server --port "$peer" --bind 127.0.0.1 --save '' --appendonly no --dir "$runs" > "$runs/redis.log" &
until redis-cli -p "$peer" ping > /dev/null 2>&1; do sleep 0.05; done

measure() { # name port options… : appends "<test> <requests a second>" lines
  redis-benchmark -p "$2" -t set,get -n "$requests" "${@:3}" -q 2>/dev/null | tr '\r' '\n' |
    awk -v name="$1" '/requests per second/ { sub(":", "", $1); print name, $1, $2 }' >> "$runs/$settings"
}

echo "redis-benchmark -t set,get -n $requests, $rounds rounds each, taken alternately; medians in requests a second"
echo "$(date -u +%F), $(nproc) cores, $(uname -sr), $(redis-server --version | cut -d' ' -f1-3), cachescope $(git describe --always --dirty)"
printf '%-12s %-5s %12s %14s %8s %16s\n' options test bundled redis-server ratio 'ratio of rounds'
for options in "-c 50 -P 1" "-c 50 -P 16" "-c 1 -P 16"; do
  settings=${options// /_}
  for _ in $(seq "$rounds"); do
    measure bundled "$bundled" $options
    measure redis "$peer" $options
  done
  for test in SET GET; do
    awk -v options="$options" -v test="$test" '
      function median(list, count,   i, j, swap) {
        for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++) if (list[j] < list[i]) { swap = list[i]; list[i] = list[j]; list[j] = swap }
        return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
      }
      $2 == test { if ($1 == "bundled") ours[++n] = $3; else { theirs[++m] = $3; ratio[m] = ours[m] / $3 } }
      END {
        mid = median(ratio, m)
        printf "%-12s %-5s %12.0f %14.0f %7.2fx   %.2f to %.2f\n", options, test, median(ours, n), median(theirs, m), mid, ratio[1], ratio[m]
      }' "$runs/$settings"
  done
done
