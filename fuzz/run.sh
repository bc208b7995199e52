#!/bin/sh
# Runs fuzz targets, one after the other, from their seeds and what earlier runs have found.
#
#   fuzz/run.sh SECONDS [TARGET...]      seconds for each; all targets that are built by default
#
# The corpus is kept in build/fuzz/corpus, what crashes in build/fuzz/crashes. Ends with the number of
# executions of each target; exit code 1 when one of them found something.
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
[ $# -gt 0 ] || set -- $(cd build/fuzz/bin && ls | sed 's/^fuzz_//')

python3 fuzz/seeds.py build/fuzz/seeds
mkdir -p build/fuzz/crashes
status=0
for target in "$@"; do
  corpus=build/fuzz/corpus/$target
  mkdir -p "$corpus" "build/fuzz/seeds/$target"
  log=build/fuzz/$target.log
  build/fuzz/bin/fuzz_"$target" -max_total_time="$seconds" -max_len=16384 -timeout=25 -rss_limit_mb=4096 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$target-" "$corpus" "build/fuzz/seeds/$target" \
    >"$log" 2>&1 || { status=1; echo "$target: FOUND something, see $log"; }
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -1)
  echo "$target: ${executions:-?} executions, $coverage"
done
exit $status
