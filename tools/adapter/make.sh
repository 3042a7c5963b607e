#!/usr/bin/env bash
# Trains the house adapter anew and puts it in its place: `make adapter`. Two cores need two hours; see train.py.
set -euo pipefail
cd "$(dirname "$0")/../.."

data=${CHECKER_DATA:-../shared/data/judge_training}
work=${ADAPTER_WORK:-build/adapter}
[ -d "$data/train" ] || { echo "The training rows are not in $data: name their folder with CHECKER_DATA."; exit 1; }
mkdir -p "$work"

if [ ! -x "$work/env/bin/python" ]; then
    python3 -m venv "$work/env"
fi
"$work/env/bin/pip" install --quiet --requirement tools/adapter/requirements.txt
base=$(.venv/bin/python -m tools.adapter.base)

"$work/env/bin/python" -m tools.adapter.train "$data" "$base" "$work/out" "$@"
"$work/env/bin/python" -m tools.adapter.export "$work/out" "$base" surefoot/serving/adapter_weights
echo "Fit what decides by it anew: .venv/bin/python -m tools.calibrate --model qwen2.5-coder-1.5b-instruct"
