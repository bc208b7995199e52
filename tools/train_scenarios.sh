#!/bin/sh
# Trains what docs/evaluation.md compares the shipped model with, and writes their scores on val and test
# to train/data/scores: the paper's scenarios (one ecosystem alone), older malware alone (drift), and the
# ablations, each by the shipped recipe with one seed.
#
#   tools/train_scenarios.sh             all of them, about half an hour on two idle cores
#   tools/train_scenarios.sh npm drift   some of them
#   tools/train_scenarios.sh folds       three models that each leave out a third of the clusters, and what
#                                        they say of it by the calibration of MODEL (models/cerebro)
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
    drift) # WORDS is what `cerebro-train words --added-before 2024-08-01` wrote
      FINETUNE="--seed 2 --added-before 2024-08-01" tools/train_model.sh drift ;;
    truncate512) FINETUNE="--seed 2 --max-tokens 512" tools/train_model.sh truncate512 --ablation truncate512 ;;
    no-pretrain | shuffle) tools/train_model.sh "$scenario" --ablation "$scenario" ;;
    folds)
      models=""
      for fold in 0 1 2; do
        FINETUNE="--seed $((fold + 1)) --folds 3 --fold $fold" TEST_TOO='' tools/train_model.sh "fold$fold"
        models="$models train/out/fold$fold/model"
      done
      "${CEREBRO_TRAIN:-build/train/bin/cerebro-train}" evaluate --split train --fold-models $models \
        --model "${MODEL:-models/cerebro}" --words train/data/word_scores.jsonl.gz --markdown train/out/folds.md --scores train/out/folds.jsonl
      sed -n '/^| judge/,/^$/p' train/out/folds.md >docs/evaluation-folds-judges.md
      gzip -9nc train/out/folds.jsonl >train/data/scores/folds.train.jsonl.gz
      ;;
    roots) PRETRAINED='' tools/train_model.sh roots --ablation roots ;;
    *) echo "no scenario is called $scenario" >&2; exit 2 ;;
  esac
done
