#!/usr/bin/env bash
# Builds the fuzz target on stable Rust and runs it for some seconds.
#
# usage: fuzz/run.sh [SECONDS]      60 when not said
#
# Needs a C++ compiler for libFuzzer. Coverage comes from the compiler's own pass, so
# that neither nightly Rust nor cargo-fuzz is needed; `cargo fuzz run patch` works too.
# The seeds are the inputs of the golden cases and fuzz/corpus/patch; what is found on
# the way goes to target/fuzz/corpus, and a failure to target/fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
host=$(rustc --print host-tuple)
folder=target/fuzz
mkdir -p "$folder/corpus" "$folder/artifacts"

seeds="$folder/seeds"
rm -rf "$seeds"
mkdir -p "$seeds"
for input in golden/patch/*/in.yaml; do
    cp "$input" "$seeds/$(basename "$(dirname "$input")").yaml"
done
if [ -d fuzz/corpus/patch ]; then
    cp fuzz/corpus/patch/* "$seeds/"
fi

RUSTFLAGS="--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares" \
    cargo build --release --locked --manifest-path fuzz/Cargo.toml --target-dir "$folder" --target "$host"

"$folder/$host/release/patch" "$folder/corpus" "$seeds" -artifact_prefix="$folder/artifacts/" \
    -max_total_time="$seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
