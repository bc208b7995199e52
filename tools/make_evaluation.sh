#!/bin/sh
# Writes docs/evaluation.md: the shipped model on val and test, from the committed sequences.
# Needs the trainer: cmake --preset train && cmake --build --preset train
set -eu
cd "$(dirname "$0")/.."
evaluate=${CEREBRO_TRAIN:-build/train/bin/cerebro-train}
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
for split in val test; do
  "$evaluate" evaluate --model models/cerebro --split "$split" --title "Split: $split" \
    --markdown "$pages/$split.md" --scores "${SCORES:-$pages}/scores-$split.jsonl"
done
# The names of tiny benign packages without behaviour fill a screen; the scores file has them.
cat docs/evaluation-head.md "$pages/val.md" "$pages/test.md" |
  sed 's/^\(- npm, benign, [0-9]*\): .*/\1/' >docs/evaluation.md
