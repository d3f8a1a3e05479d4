#!/usr/bin/env bash
# redis-rs's own integration tests, run against the bundled server over RESP2 and RESP3: a table, and what failed by name.
#   tests/peers/redis-rs.sh [-s SERVER] [-a] [test…]
#     -s SERVER   the binary: cachescope (the default is target/release/cachescope) or a redis-server, for the base line
#     -a          also the tests that redis-rs.skip leaves out
# The source is that of the version in Cargo.lock, from crates.io, kept and built in ~/.cache/cachescope and never copied into
# this repository; redis-rs/last there holds the output of the last run. LIMIT=seconds for each protocol. redis-server must be
# installed: the tests ask it for its version.
set -euo pipefail
cd "$(dirname "$0")/../.."

# The others are about what the bundled server does not set out to do: cluster, Sentinel, users, scripts, streams, places, modules.
tests=(parser test_basic test_async test_types test_bignum test_digest_utils test_support test_credentials_provider_failures)

server=${CARGO_TARGET_DIR:-target}/release/cachescope
all=
while getopts s:a option; do
  case $option in
    s) server=$OPTARG ;;
    a) all=1 ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || tests=("$@")
server=$(realpath -s "$server")
[ -x "$server" ] || { echo "$server is missing: make build" >&2; exit 1; }
case $(basename "$server") in redis-*) subcommand= ;; *) subcommand=server ;; esac

host=$(rustc -vV | sed -n 's/^host: //p')
manifest=$(cargo metadata --format-version 1 --locked --filter-platform "$host" | grep -oE '"manifest_path":"[^"]*/redis-[0-9][^"/]*/Cargo.toml"' | head -1 | cut -d'"' -f4)
version=$(basename "$(dirname "$manifest")")
source=${XDG_CACHE_HOME:-$HOME/.cache}/cachescope/redis-rs
skip=tests/peers/redis-rs.skip

# What crates.io has of redis-rs lacks the two packages that its tests need from their own workspace. One is published by
# itself. The other is the attribute `async_test`, which makes tests of an async function; this one does it for Tokio only.
if [ "$(cat "$source/version" 2>/dev/null)" != "$version" ]; then
  rm -rf "$source"
  mkdir -p "$source/test-macros/src"
  cp -r "$(dirname "$manifest")" "$source/redis"
  rm -f "$source"/redis/{Cargo.lock,Cargo.toml.orig,.cargo-ok}
  chmod -R u+w "$source/redis"
  cat >>"$source/redis/Cargo.toml" <<'TOML'

[dev-dependencies.redis-test]
version = "1"

[dev-dependencies.test-macros]
path = "../test-macros"
TOML
  cat >"$source/Cargo.toml" <<'TOML'
[workspace]
resolver = "3"
members = ["redis", "test-macros"]

[patch.crates-io]
redis = { path = "redis" }
TOML
  cat >"$source/test-macros/Cargo.toml" <<'TOML'
[package]
name = "test-macros"
version = "0.0.0"
edition = "2024"

[lib]
proc-macro = true

[dependencies]
quote = "1"
syn = { version = "2", features = ["full"] }
TOML
  cat >"$source/test-macros/src/lib.rs" <<'RUST'
use proc_macro::TokenStream;
use quote::{format_ident, quote};
use syn::{FnArg, ItemFn, Type, parse_macro_input};

#[proc_macro_attribute]
pub fn async_test(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut body = parse_macro_input!(item as ItemFn);
    let test = body.sig.ident.clone();
    let name = format_ident!("{test}_body");
    body.sig.ident = name.clone();
    let tests = match body.sig.inputs.first() {
        None => quote! {
            #[test]
            fn #test() {
                block_on_all(#name(), RuntimeType::Tokio);
            }
        },
        Some(FnArg::Typed(argument)) if matches!(&*argument.ty, Type::Path(_)) => quote! {
            mod #test {
                use super::*;
                #[test]
                fn with_true() {
                    block_on_all(#name(true), RuntimeType::Tokio);
                }
                #[test]
                fn with_false() {
                    block_on_all(#name(false), RuntimeType::Tokio);
                }
            }
        },
        Some(_) => quote! {
            mod #test {
                use super::*;
                #[test]
                fn multiplexed_connection() {
                    let context = TestContext::new();
                    let test = async move { #name(context.async_connection().await.unwrap()).await };
                    support::block_on_all(test, support::RuntimeType::Tokio);
                }
                #[test]
                fn connection_manager() {
                    let context = TestContext::new();
                    let test = async move { #name(context.client.get_connection_manager().await.unwrap()).await };
                    support::block_on_all(test, support::RuntimeType::Tokio);
                }
            }
        },
    };
    quote!(#body #tests).into()
}
RUST
  echo "$version" >"$source/version"
fi

# The tests start a server each, with its options as arguments: they become the configuration file that Redis also takes.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/server" <<SH
#!/bin/sh
file=$work/\$\$.conf
while [ \$# -gt 1 ]; do
  printf '%s "%s"\n' "\${1#--}" "\$2"
  shift 2
done >"\$file"
cd $work && exec "$server" $subcommand "\$file"
SH
chmod +x "$work/server"

last=$source/last
rm -rf "$last"
mkdir "$last"
arguments=()
for test in "${tests[@]}"; do arguments+=(--test "$test"); done
left=()
[ -n "$all" ] || left=(--exact)
[ -n "$all" ] || while read -r test; do left+=(--skip "$test"); done < <(grep -v '^#' "$skip")

run() { # protocol, or nothing to build only
  (cd "$source" && CARGO_TARGET_DIR=$source/target REDISRS_SERVER_BIN=$work/server PROTOCOL=${1:-} \
    timeout -k 10 "${LIMIT:-900}" cargo test --quiet -p redis --features tokio-comp,connection-manager,cache-aio \
    --no-fail-fast "${arguments[@]}" -- "${left[@]}" "${@:2}")
}
LIMIT=3600 run RESP2 --list >"$last/list" 2>"$last/build" || { cat "$last/build" >&2; exit 1; }

failed=0
echo "${version}'s own tests against $server"
printf '%-8s %8s %8s %8s\n' protocol passed failed ignored
for protocol in RESP2 RESP3; do
  code=0
  # One at a time: a panic in one of them counts in all that are running.
  run "$protocol" --format pretty --test-threads 1 >"$last/$protocol" 2>&1 </dev/null || code=$?
  awk -v protocol="$protocol" -v code="$code" '
    # "test result: ok. 113 passed; 0 failed; 0 ignored; …", once a file
    /^test result: / { passed += $4; failed += $6; ignored += $8 }
    END { printf "%-8s %8d %8d %8d%s\n", protocol, passed, failed, ignored, code == 124 ? "  ABORTED: not done in time" : "" }
  ' "$last/$protocol"
  [ "$code" -eq 0 ] || failed=1
done
for protocol in RESP2 RESP3; do
  # A test is named, and what it panicked with stands below its heading.
  awk -v protocol="$protocol" '
    /^---- .* stdout ----$/ { name = $2; next }
    name && /panicked at / { getline; print protocol ": " name "  -- " substr($0, 1, 200); name = "" }
    name && /^Panic: / { getline; print protocol ": " name "  -- " substr($0, 1, 200); name = "" }
  ' "$last/$protocol"
done
exit "$failed"
