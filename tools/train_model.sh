#!/bin/sh
# Trains a model as the shipped one was, and writes its scores on val and test:
#
#   tools/train_model.sh main
#   tools/train_model.sh shuffle --ablation shuffle
#   tools/train_model.sh file-order --data train/out/file-order.jsonl.gz
#
# NAME is followed by options for every step. The model is train/out/NAME/model, its scores are
# train/data/scores/NAME.SPLIT.jsonl.gz. About seven minutes on two idle cores.
# Needs the trainer: cmake --preset train && cmake --build --preset train
set -eu
cd "$(dirname "$0")/.."
train=${CEREBRO_TRAIN:-build/train/bin/cerebro-train}
name=$1
shift
out=train/out/$name
mkdir -p "$out" train/data/scores
"$train" vocab --out "$out/vocab.txt"
"$train" pretrain --vocab "$out/vocab.txt" --out "$out/pretrained" --epochs 2 "$@"
"$train" finetune --vocab "$out/vocab.txt" --pretrained "$out/pretrained" --out "$out/model" \
  --epochs "${EPOCHS:-8}" --average 0.98 --seed 2 --implant "${IMPLANT:-0.4}" "$@"
"$train" calibrate --model "$out/model" --model-version "${VERSION:-$name}" \
  --malicious-fpr 0.001 --suspicious-fpr 0.01 "$@"
for split in val ${TEST_TOO:+test}; do
  "$train" evaluate --model "$out/model" --split "$split" --title "$name" \
    --markdown "$out/$split.md" --scores "$out/$split.jsonl" "$@"
  gzip -9nc "$out/$split.jsonl" >"train/data/scores/$name.$split.jsonl.gz"
done
