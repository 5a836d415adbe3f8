# Everything that a developer types. `make demo` and `make test` do the whole set-up themselves.

CARGO ?= cargo
WEB_SOURCES := $(shell find maps -path maps/node_modules -prune -o -path maps/dist -prune \
	-o -path maps/public/basemap -prune -o -type f -print)

.PHONY: help setup build web demo run test test-rust test-web test-page lint bench bench-registry fuzz clean

help:
	@echo "make demo    an invented country on a map, with three live probes (SCHOOLS= AREAS= COUNTRY= for your own)"
	@echo "make test    every test, against a throw-away PostGIS and a real browser"
	@echo "make run     the server on ./schoolbeat-data"
	@echo "make lint    formatting, clippy and the web app's checks, warnings as errors"
	@echo "make bench   measured comparisons"
	@echo "make bench-registry   a school list of 2 million rows beside ogr2ogr and SQL (needs gdal-bin)"
	@echo "make bench-ingest   reports over HTTP beside plain COPY and single INSERTs (RECORDS=)"
	@echo "make bench-probe   the probe and the ndt7 server on links of known rate, delay and loss (root; PARTS=)"
	@echo "make fuzz    every reader of files and of what the programs say to each other, FUZZ_SECONDS=60 each"
	@echo "make tools   the ndt7 client of others that the tests measure with"
	@echo "make setup   install what a fresh Debian or Ubuntu lacks"

setup:
	@deploy/setup.sh

# Installs only if something is missing.
ready:
	@deploy/setup.sh --check 2>/dev/null || deploy/setup.sh
.PHONY: ready

maps/node_modules/.package-lock.json: maps/package-lock.json maps/package.json
	cd maps && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

maps/dist/index.html: maps/node_modules/.package-lock.json $(WEB_SOURCES)
	cd maps && npm run --silent build
	@touch $@

web: ready maps/dist/index.html

build: web
	$(CARGO) build --workspace --locked

demo: build
	@SCHOOLS="$(SCHOOLS)" AREAS="$(AREAS)" COUNTRY="$(COUNTRY)" LEVEL="$(LEVEL)" deploy/demo.sh

run: build
	target/debug/schoolbeat serve

test: build test-rust test-web test-page

# Clients of others that our servers are tested with.
NDT7_CLIENT := target/tools/bin/ndt7-client
.PHONY: tools
tools: $(NDT7_CLIENT)
$(NDT7_CLIENT):
	CARGO_TARGET_DIR=target/tools/build $(CARGO) install ndt7-client --version 0.3.1 --locked --debug --root target/tools --quiet

# Many tests wait, for networks and for time: more at once than there are cores.
test-rust: build tools
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-4} $(CARGO) test --workspace --locked

test-web: maps/node_modules/.package-lock.json
	cd maps && npm run --silent check && npm run --silent test

tests/e2e/node_modules/.package-lock.json: tests/e2e/package-lock.json
	cd tests/e2e && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test-page: build tests/e2e/node_modules/.package-lock.json
	cd tests/e2e && node --test --test-reporter=spec .

lint: web
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	cd maps && npm run --silent lint

bench: build
	$(CARGO) bench --profile dev --locked --bench tiles

# SCHOOLS="10000 100000" for shorter lists.
bench-registry: build
	$(CARGO) bench --profile dev --locked --bench registry -- $(SCHOOLS)

# RECORDS=200000 for fewer.
bench-ingest: build
	$(CARGO) bench --profile dev --locked --bench ingest -- $(RECORDS)
.PHONY: bench-ingest

# The tests' client is a debug build, which would be what its rate shows.
FAST_NDT7_CLIENT := target/tools/release/bin/ndt7-client
$(FAST_NDT7_CLIENT):
	CARGO_TARGET_DIR=target/tools/build $(CARGO) install ndt7-client --version 0.3.1 --locked --root target/tools/release --quiet

# As root; it says what is missing. PARTS="rtt loss" for some: rtt loss rates early cost idle loopback crowd.
bench-probe: build $(FAST_NDT7_CLIENT)
	$(CARGO) build --release --locked -p schoolbeat-probe
	NDT7_CLIENT=$(abspath $(FAST_NDT7_CLIENT)) $(CARGO) bench --profile dev --workspace --locked --bench lab -- $(PARTS)
.PHONY: bench-probe

fuzz:
	@tests/fuzz/run.sh

clean:
	$(CARGO) clean
	rm -rf maps/dist maps/node_modules maps/public/basemap
