#!/usr/bin/env bash
# Explores random programs exhaustively and compares states, races and counts with the oracle's.
# usage: against_oracle.sh ORACLE HEDDLE MODEL SEED|fresh COUNT [OPTION-OF-ORACLE...]
set -euo pipefail
oracle=$1 heddle=$2 model=$3 seed=$4 count=$5
shift 5
[[ $seed != fresh ]] || seed=$((RANDOM * 32768 + RANDOM))
echo "seed $seed"
programs=$(mktemp --suffix=.jsonl)
trap 'rm -f "$programs"' EXIT
"$oracle" generate --seed "$seed" --count "$count" --model "$model" "$@" > "$programs"
"$heddle" litmus --exhaustive "$programs"
[[ $# == 0 ]] || "$heddle" litmus --exhaustive --no-reductions "$programs"
