#!/bin/sh
# Trains a model by the shipped recipe, and writes its scores on val (and test) to train/data/scores:
#
#   tools/train_model.sh NAME [OPTION...]
#
# An OPTION (--ablation roots, --data FILE, --max-tokens N) goes to every step. The model is
# train/out/NAME/model. About six minutes on two idle cores. In the environment:
#
#   PRETRAINED=DIR    start from this pre-trained model instead of pre-training
#   FINETUNE="..."    options of fine-tuning alone (--seed 3, --added-before 2024-08-01)
#   CALIBRATE="..."   options of the calibration alone (--ecosystem npm, --fold-models A B C)
#   VERSION=V         what the model says of itself; NAME by default
#   TEST_TOO=1        score test too
#   WORDS=FILE        calibrate and score with the word judge's opinion, too (cerebro-train words)
#
# Needs the trainer: cmake --preset train && cmake --build --preset train
set -eu
cd "$(dirname "$0")/.."
train=${CEREBRO_TRAIN:-build/train/bin/cerebro-train}
name=$1
shift
out=train/out/$name
mkdir -p "$out" train/data/scores
"$train" vocab --out "$out/vocab.txt"
if [ -z "${PRETRAINED:-}" ]; then
  PRETRAINED=$out/pretrained
  "$train" pretrain --vocab "$out/vocab.txt" --out "$PRETRAINED" --epochs 3 "$@"
fi
"$train" finetune --vocab "$out/vocab.txt" --pretrained "$PRETRAINED" --out "$out/model" --epochs 8 \
  --average 0.98 --implant 0.2 --part 0.2 --label-smoothing 0 --bounded-loss 0.5 ${FINETUNE:---seed 2} "$@"
"$train" calibrate --model "$out/model" --model-version "${VERSION:-$name}" \
  --malicious-fpr 0.001 --suspicious-fpr 0.01 ${CALIBRATE:-} ${WORDS:+--words "$WORDS"} "$@"
for split in val ${TEST_TOO:+test}; do
  "$train" evaluate --model "$out/model" --split "$split" --title "$name" \
    --markdown "$out/$split.md" --scores "$out/$split.jsonl" ${WORDS:+--words "$WORDS"} "$@"
  gzip -9nc "$out/$split.jsonl" >"train/data/scores/$name.$split.jsonl.gz"
done
