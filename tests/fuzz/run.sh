#!/usr/bin/env bash
# Fuzzes every reader of files, and of what the programs say to each other, one after another, each for
# FUZZ_SECONDS (60).
#   tests/fuzz/run.sh [csv xlsx xls ods geojson shapefile geopackage parquet
#                      report giga-meter frames request token server-says locate config]
# One file again, with the place that asked for too much memory:
#   SCHOOLBEAT_FUZZ_FORMAT=xls RUST_BACKTRACE=1 target/fuzz/*/debug/schoolbeat-fuzz FILE
# libFuzzer counts coverage by LLVM's own pass, which stable Rust has; no nightly is needed, only
# the C++ compiler that Debian's build-essential brings. What ends a reader is kept in
# target/fuzz/findings, and target/fuzz/corpus makes the next run begin where this one ended.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${FUZZ_SECONDS:-60}
formats=("$@")
[ ${#formats[@]} -gt 0 ] || formats=(csv xlsx xls ods geojson shapefile geopackage parquet
    report giga-meter frames request token server-says locate config)

command -v c++ >/dev/null || {
    echo "fuzz: a C++ compiler is missing (on Debian or Ubuntu: apt-get install build-essential)" >&2
    exit 1
}
host=$(rustc -vV | sed -n 's/^host: //p')
# The versions that ship are the ones that are fuzzed.
cp Cargo.lock tests/fuzz/Cargo.lock
echo "fuzz: building with coverage counters in target/fuzz (the first time takes some minutes)"
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing" \
    CARGO_TARGET_DIR=target/fuzz ${CARGO:-cargo} build --quiet \
    --manifest-path tests/fuzz/Cargo.toml --target "$host"

failed=0
for format in "${formats[@]}"; do
    corpus=target/fuzz/corpus/$format
    findings=target/fuzz/findings/$format
    log=target/fuzz/$format.log
    mkdir -p "$corpus" "$findings"
    # The target itself holds each file to a gigabyte and ten seconds of the processor; these are
    # for what C allocates and for what never ends.
    if SCHOOLBEAT_FUZZ_FORMAT=$format "target/fuzz/$host/debug/schoolbeat-fuzz" \
        -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1400 -max_len=1000000 \
        -artifact_prefix="$findings/" -print_final_stats=1 "$corpus" >"$log" 2>&1; then
        inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        coverage=$(grep -o 'cov: [0-9]*' "$log" | tail -n 1)
        seeds=$(sed -n 's/^seeds: //p' "$log")
        echo "fuzz: $format: $inputs inputs in $seconds s, ${coverage:-no coverage}, none ends the reader; seeds: $seeds"
    else
        failed=1
        echo "fuzz: $format: FAILED, see $log"
        grep -E '^(==|SUMMARY|memory allocation|reading took|panicked|artifact)' "$log" | head -n 8 || tail -n 8 "$log"
    fi
done
exit $failed
