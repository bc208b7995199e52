#!/bin/sh
# Writes docs/evaluation.md: the shipped model on val and test, from the committed sequences; beside it
# the models whose scores are in train/data/scores (tools/train_model.sh and `cerebro-train words` write
# them).
# Needs the trainer: cmake --preset train && cmake --build --preset train
set -eu
cd "$(dirname "$0")/.."
train=${CEREBRO_TRAIN:-build/train/bin/cerebro-train}
scores=train/data/scores
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
version=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' models/cerebro/cerebro.json)
for split in val test; do
  "$train" evaluate --model models/cerebro --split "$split" --title "Split: $split" \
    --markdown "$pages/$split.md" --scores "$pages/$split.jsonl"
  gzip -9nc "$pages/$split.jsonl" >"$scores/$version.$split.jsonl.gz"
done
"$train" implants --model models/cerebro --split test --title "Grafted implants" \
  --markdown "$pages/implants.md"

# TITLE=FILE of all models that have scores for a split
models() {
  echo "shipped ($version)=$scores/$version.$1.jsonl.gz"
  for row in "the same weights, older sequences (2026.11.2)=2026.11.2" \
    "retrained on these sequences, not taken=retrained" \
    "execution order, 6 epochs=order" \
    "events shuffled within entries=shuffle" "file order, no call graph=file-order" \
    "bag of source words=words"; do
    file=$scores/${row#*=}.$1.jsonl.gz
    if [ -e "$file" ]; then echo "${row%=*}=$file"; fi
  done
}
{
  echo "## Side by side"
  echo
  cat docs/evaluation-side-by-side.md
  for split in val test; do
    for ecosystem in both pypi npm; do
      echo
      echo "Split \`$split\`, $ecosystem:"
      echo
      models "$split" | tr '\n' '\0' | xargs -0 python3 tools/compare_scores.py --ecosystem "$ecosystem"
    done
  done
  echo
} >"$pages/compare.md"
# The names of tiny benign packages without behaviour fill a screen; the scores file has them.
cat docs/evaluation-head.md "$pages/compare.md" "$pages/implants.md" "$pages/val.md" "$pages/test.md" |
  sed 's/^\(- npm, benign, [0-9]*\): .*/\1/' >docs/evaluation.md
