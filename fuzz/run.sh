#!/bin/sh
# Runs fuzz targets, one after the other, from their seeds and what earlier runs have found.
#
#   fuzz/run.sh SECONDS [TARGET...]      seconds for each; all targets that are built by default
#
# The corpus is kept in build/fuzz/corpus, what crashes in build/fuzz/crashes. Says how many executions
# each target had, and how many all have had so far (build/fuzz/executions.txt); exit code 1 when one of
# them found something.
#
# -entropic=0: libFuzzer's schedule of rare features took three quarters of the time of the targets with
# many edges (`perf record build/fuzz/bin/fuzz_python`).
set -eu
cd "$(dirname "$0")/.."
seconds=$1
shift
[ $# -gt 0 ] || set -- $(cd build/fuzz/bin && ls | sed -n 's/^fuzz_//p')

python3 fuzz/seeds.py build/fuzz/seeds
mkdir -p build/fuzz/crashes
status=0
for target in "$@"; do
  corpus=build/fuzz/corpus/$target
  mkdir -p "$corpus" "build/fuzz/seeds/$target"
  log=build/fuzz/$target.log
  build/fuzz/bin/fuzz_"$target" -entropic=0 -max_total_time="$seconds" -max_len=16384 -timeout=25 -rss_limit_mb=4096 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$target-" "$corpus" "build/fuzz/seeds/$target" \
    >"$log" 2>&1 || { status=1; echo "$target: FOUND something, see $log"; }
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  coverage=$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -1)
  echo "$target: ${executions:-?} executions, $coverage"
  echo "$target ${executions:-0}" >>build/fuzz/executions.txt
done
awk '{ sum[$1] += $2; all += $2 } END { for (t in sum) print "so far", t, sum[t]; print "so far all", all }' \
  build/fuzz/executions.txt | sort
exit $status
