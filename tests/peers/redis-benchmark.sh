#!/usr/bin/env bash
# The bundled server beside redis-server: speed under redis-benchmark, memory, and what stalls other clients. Alternately,
# several rounds, medians and ratios. Raw output goes to the folder named.
#   tests/peers/redis-benchmark.sh tests/recordings/redis-benchmark
# Needs target/release/cachescope (make build), and redis-server, redis-cli and redis-benchmark (make test installs them).
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
rounds=${ROUNDS:-7} requests=${REQUESTS:-500000} keys=${KEYS:-1000000} bytes=100
cachescope=${CACHESCOPE:-target/release/cachescope}
[ -x "$cachescope" ] || { echo "$cachescope is missing: make build" >&2; exit 1; }
mkdir -p "$1"
raw=$(realpath "$1")
rm -f "$raw"/*.csv "$raw"/*.txt
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

declare -A port pid
start() { # name
  port[$1]=$((20000 + RANDOM % 20000))
  if [ "$1" = bundled ]; then
    "$cachescope" server --port "${port[$1]}" >"$work/$1.log" &
  else
    redis-server --port "${port[$1]}" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >"$work/$1.log" &
  fi
  pid[$1]=$!
  until redis-cli -p "${port[$1]}" ping >/dev/null 2>&1; do sleep 0.05; done
}
stop() { kill "${pid[$1]}" && wait "${pid[$1]}" 2>/dev/null || true; }
resident() { awk '/^VmRSS/ { print $2 * 1024 }' "/proc/${pid[$1]}/status"; }
value=$(printf '%*s' $bytes '' | tr ' ' v)
load() { # name, and what follows the value: every key once
  seq -f "SET key:%012.0f $value ${2:-}" 0 $((keys - 1)) | redis-cli -p "${port[$1]}" --pipe >/dev/null
}
median() { sort -g | awk '{ list[NR] = $1 } END { print NR % 2 ? list[(NR + 1) / 2] : (list[NR / 2] + list[NR / 2 + 1]) / 2 }'; }

{
  echo "$(date -u +%F), $(nproc) cores, $(uname -sr), $(redis-server --version | cut -d' ' -f1-3), cachescope $(git describe --always --dirty)"
  echo
  echo "memory: $keys keys of 16 bytes with values of $bytes, resident bytes a key above the empty server"
  for name in bundled redis; do
    start $name
    before=$(resident $name)
    load $name
    after=$(resident $name)
    awk -v n="$name" -v b="$before" -v a="$after" -v k="$keys" -v used="$(redis-cli -p "${port[$name]}" info memory | tr -d '\r' | awk -F: '/^used_memory:/ { print $2 }')" \
      'BEGIN { printf "  %-8s %6.1f resident, %6.1f by its own used_memory\n", n, (a - b) / k, used / k }'
  done

  echo
  echo "redis-benchmark -t set,get -d $bytes -r $keys -n $requests, $rounds rounds each, taken alternately: medians"
  printf '%-12s %-4s %10s %10s %7s %18s %12s %12s\n' options test bundled redis ratio 'ratio of rounds' 'bundled p99' 'redis p99'
  for options in "-c 50 -P 1" "-c 50 -P 16" "-c 1 -P 16"; do
    for round in $(seq "$rounds"); do
      for name in bundled redis; do
        # shellcheck disable=SC2086
        redis-benchmark -p "${port[$name]}" -t set,get -d $bytes -r $keys -n "$requests" $options --csv 2>/dev/null |
          sed -n "s/^\"\\(SET\\|GET\\)\"/$round,$name,\\1/p" | tr -d '"' >>"$raw/${options// /}.csv"
      done
    done
    for test in SET GET; do
      column() { awk -F, -v name="$1" -v test=$test -v column="$2" '$2 == name && $3 == test { print $column }' "$raw/${options// /}.csv"; }
      ratios=$(paste <(column bundled 4) <(column redis 4) | awk '{ printf "%.3f\n", $1 / $2 }')
      printf '%-12s %-4s %10.0f %10.0f %6.2fx %18s %9.2f ms %9.2f ms\n' "$options" $test "$(column bundled 4 | median)" \
        "$(column redis 4 | median)" "$(median <<<"$ratios")" \
        "$(sort -g <<<"$ratios" | sed -n '1p;$p' | paste -sd' ' | sed 's/ / to /')" "$(column bundled 9 | median)" "$(column redis 9 | median)"
    done
  done

  echo
  echo "stalls: the slowest of another client's PINGs while one command works on $keys keys, milliseconds; medians of 3"
  for what in "KEYS nothing*" "FLUSHALL" "mass expiry"; do
    for name in bundled redis; do
      for _ in 1 2 3; do
        redis-cli -p "${port[$name]}" flushall >/dev/null
        case $what in
          mass*) load $name "PX 15000"; seconds=18 ;;
          *) load $name; seconds=4 ;;
        esac
        # Pings a hundred times a second for so long, and prints the least, the most, the mean and how many.
        redis-cli -p "${port[$name]}" --latency --raw -i "$seconds" >"$work/latency" &
        watch=$!
        sleep 1
        case $what in
          KEYS*) redis-cli -p "${port[$name]}" keys 'nothing*' >/dev/null ;;
          FLUSHALL) redis-cli -p "${port[$name]}" flushall >/dev/null ;;
        esac
        wait $watch
        awk '{ print $2 }' "$work/latency" >>"$raw/stall-${what%% *}-$name.txt"
      done
    done
    printf '  %-14s bundled %6.0f   redis %6.0f\n' "$what" "$(median <"$raw/stall-${what%% *}-bundled.txt")" "$(median <"$raw/stall-${what%% *}-redis.txt")"
  done
  stop bundled
  stop redis
} | tee "$raw/summary.txt"
