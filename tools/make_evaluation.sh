#!/bin/sh
# Writes docs/evaluation.md: the shipped model on val and test, from the committed sequences; beside it
# the models whose scores are in train/data/scores (tools/train_model.sh and `cerebro-train words` write
# them).
# Needs the trainer: cmake --preset train && cmake --build --preset train
set -eu
cd "$(dirname "$0")/.."
train=${CEREBRO_TRAIN:-build/train/bin/cerebro-train}
scores=train/data/scores
words="--words train/data/word_scores.jsonl.gz"
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
version=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' models/cerebro/cerebro.json)
for split in val test; do
  "$train" evaluate --model models/cerebro --split "$split" --title "Split: $split" $words \
    --markdown "$pages/$split.md" --scores "$pages/$split.jsonl"
  gzip -9nc "$pages/$split.jsonl" >"$scores/$version.$split.jsonl.gz"
done
"$train" implants --model models/cerebro --split test --title "Grafted implants" $words \
  --markdown "$pages/implants.md"

# TITLE=FILE of all models that have scores for a split
models() {
  for row in "shipped ($version)=$version" "the model before (2026.11.4)=2026.11.4" \
    "malware before 2024-08 alone=drift" "the encoder alone, seed 1=seed1" "the encoder alone, seed 2 (shipped)=seed2" \
    "the encoder alone, seed 3=seed3" "the encoder, npm alone=npm" "the encoder, PyPI alone=pypi" \
    "the encoder, no pre-training=no-pretrain" "the encoder, the paper's 16 behaviours=roots" \
    "the encoder, the first 512 tokens alone=truncate512" "the encoder, events shuffled within entries=shuffle" \
    "recipe of 2026.11.3: events shuffled within entries=before-shuffle" \
    "recipe of 2026.11.3: execution order=before-order" \
    "recipe of 2026.11.3: file order, no call graph=before-file-order" ; do
    file=$scores/${row##*=}.$1.jsonl.gz
    if [ -e "$file" ]; then echo "${row%=*}=$file"; fi
  done
}
side_by_side() { # SPLIT ECOSYSTEM [OPTION...]
  split=$1
  shift
  models "$split" | tr '\n' '\0' | xargs -0 python3 tools/compare_scores.py --ecosystem "$@"
}
{
  echo "## Side by side"
  echo
  cat docs/evaluation-side-by-side.md
  for split in val test; do
    for ecosystem in both pypi npm; do
      printf '\nSplit `%s`, %s:\n\n' "$split" "$ecosystem"
      side_by_side "$split" "$ecosystem"
    done
  done
  printf '\nSplit `test`, malicious PyPI packages first listed in 2024-08 or later:\n\n'
  side_by_side test pypi --since 2024-08
  printf '\n## Cross-validation\n\n'
  cat docs/evaluation-folds.md
  for ecosystem in both pypi npm; do
    printf '\nSplit `train` in three folds, %s:\n\n' "$ecosystem"
    python3 tools/compare_scores.py "recipe of $version=$scores/folds.train.jsonl.gz" --ecosystem "$ecosystem"
  done
  printf '\nBeside simpler judges, with thresholds from `val` at 0.5 %% but for ours:\n\n'
  cat docs/evaluation-folds-judges.md
  echo
} >"$pages/compare.md"
# The names of tiny benign packages without behaviour fill a screen; the scores file has them.
cat docs/evaluation-head.md "$pages/compare.md" "$pages/implants.md" "$pages/val.md" "$pages/test.md" |
  sed 's/^\(- npm, benign, [0-9]*\): .*/\1/' >docs/evaluation.md
