#!/bin/sh
# Trains what docs/evaluation.md compares the shipped model with, and writes their scores on val and test
# to train/data/scores: the paper's scenarios (one ecosystem alone), older malware alone (drift), and the
# ablations, each by the shipped recipe with one seed.
#
#   tools/train_scenarios.sh             all of them, about half an hour on two idle cores
#   tools/train_scenarios.sh npm drift   some of them
#
# PRETRAINED=DIR is what all but roots and no-pretrain start from: pre-training sees no labels, so the
# ecosystem or the months that fine-tuning leaves out are in it.
# Needs the trainer: cmake --preset train && cmake --build --preset train
set -eu
cd "$(dirname "$0")/.."
export PRETRAINED="${PRETRAINED:-train/out/main/pretrained}" TEST_TOO=1
[ $# -gt 0 ] || set -- npm pypi drift no-pretrain truncate512 shuffle roots
for scenario in "$@"; do
  case $scenario in
    npm | pypi)
      FINETUNE="--seed 2 --ecosystem $scenario" CALIBRATE="--ecosystem $scenario" tools/train_model.sh "$scenario"
      ;;
    drift) FINETUNE="--seed 2 --added-before 2024-08-01" tools/train_model.sh drift ;;
    truncate512) tools/train_model.sh truncate512 --ablation truncate512 --max-tokens 512 ;;
    no-pretrain | shuffle) tools/train_model.sh "$scenario" --ablation "$scenario" ;;
    roots) PRETRAINED='' tools/train_model.sh roots --ablation roots ;;
    *) echo "no scenario is called $scenario" >&2; exit 2 ;;
  esac
done
