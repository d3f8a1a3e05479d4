# Each target does its own set-up: system packages by .ci/packages, npm and cargo packages from their lock files.

SHELL := /bin/bash
CARGO := cargo
BINARY := target/release/cachescope
DENY := 0.20.2
# The program together with the tests: by itself it wants other features of what both use, and all of that would be compiled twice.
TESTED := --workspace --bins --tests --locked

.DEFAULT_GOAL := run
.PHONY: run dev build test deny bench soak matrix dist test-dist pictures setup-build setup-test clean

## run: build what is missing and open the window; where there is no display, do the same in the terminal
run: build
	$(BINARY)

## dev: the window over Vite's dev server: changes to the UI show at once, changes to Rust rebuild
dev: setup-build ui/node_modules
	cd ui && npm run dev

## build: target/release/cachescope with the UI inside
build: setup-build ui/dist
	$(CARGO) build --release --locked -p cachescope

## test: every check and every test. An error is told in its words alone: behind a backtrace nobody finds them.
test: setup-test deny ui/dist tests/clients/node_modules tests/clients/.venv
	$(CARGO) fmt --all --check
	cd ui && npm run check && npm run lint && npm test
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	$(CARGO) build $(TESTED)
	cd ui && npm run test:served
	.ci/dist debug
	RUST_BACKTRACE=0 $(CARGO) test --workspace --locked

## deny: whether we may distribute every dependency, and where it comes from
deny: target/tools/cargo-deny-$(DENY)
	target/tools/bin/cargo-deny --locked --workspace --config .ci/deny.toml check licenses bans sources

## bench: the benchmarks (criterion)
bench: setup-build ui/dist
	$(CARGO) bench --workspace --locked

## soak: ten minutes of good and hostile clients at the bundled server
soak: build
	$(CARGO) bench --locked -p tests --bench soak

## matrix: every combination of patterns, protections and faults under load, with its table; a quarter of an hour
matrix: setup-test ui/dist
	$(CARGO) build $(TESTED)
	$(CARGO) test --workspace --locked --test integration every_combination -- --ignored --nocapture

## dist: the package for this system, in target/release/bundle
dist: build
	.ci/dist release

## test-dist: as root, installs that package on this system, starts it, removes it, and measures; changes the system
test-dist: setup-test dist
	$(CARGO) test --workspace --locked --test integration on_this_system -- --ignored --nocapture

## pictures: stills for the README, taken from the real app
pictures: setup-test build
	cd ui && node tests/pictures.mjs ../$(BINARY) ../tests/pictures

setup-build:
	.ci/packages build

setup-test:
	.ci/packages build test

# Without optimisation it is compiled in half the time, and takes two seconds to run.
target/tools/cargo-deny-$(DENY):
	CARGO_PROFILE_DEV_DEBUG=0 $(CARGO) install --quiet --locked --debug --root target/tools cargo-deny@$(DENY)
	@touch $@

ui/node_modules: ui/package.json ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	@touch $@

UI_SOURCES := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print)

ui/dist: ui/node_modules $(UI_SOURCES)
	cd ui && npm run build
	@touch $@

tests/clients/node_modules: tests/clients/package.json tests/clients/package-lock.json
	cd tests/clients && npm ci --no-audit --no-fund
	@touch $@

tests/clients/.venv: tests/clients/requirements.txt
	python3 -m venv --clear $@
	$@/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $< || { rm -rf $@; exit 1; }
	@touch $@

clean:
	rm -rf target ui/dist ui/node_modules tests/clients/node_modules tests/clients/.venv
