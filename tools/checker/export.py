# pyright: basic, reportMissingImports=false
"""Writes a trained checker as int8 ONNX, and holds its words against those of the floats that it was made of."""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from tools.checker.model import Checker

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("answers", "span", "follows")
CARD = {
    "base": "all-MiniLM-L6-v2 (Apache-2.0), its tables of words and places frozen",
    "reads": "English; at most 256 tokens of question and passage together, 110 of the question",
    "says": "whether the passage answers the question, where, and whether a claim follows from evidence",
    "data": "SQuAD, CUAD, TAT-QA, FEVER and others, free to train on; docs/guides/checker.md names them",
    "limits": "other languages are not read; rows need the names of their columns; sums and dates are not reckoned",
}


def main() -> None:
    """From the folder that training wrote into the folder that travels with the package: the model and its card."""
    trained, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    sha256 = export(trained / "model.pt", out / "checker.onnx")
    report = json.loads((trained / "report.json").read_text(encoding="utf-8"))
    card = {"sha256": sha256, "bytes": (out / "checker.onnx").stat().st_size} | CARD | report
    (out / "checker.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def export(state: Path, out: Path) -> str:
    """Write the ONNX file of a state, 8 bits a number; the sha256 of its bytes."""
    model = Checker()
    model.load_state_dict(torch.load(state, map_location="cpu"))
    model.eval()
    ids = torch.tensor([[101, 2054, 2003, 102, 2009, 2003, 102, 0]])
    example = (ids, (ids != 0).long(), torch.tensor([[0, 0, 0, 0, 1, 1, 1, 0]]))
    axes = {name: {0: "texts", 1: "tokens"} for name in (*INPUTS, "span")}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model,
            example,
            str(whole),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes | {"answers": {0: "texts"}, "follows": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            whole,
            out,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            extra_options={"MatMulConstBOnly": True},
        )
        _compare(whole, out)
    return hashlib.sha256(out.read_bytes()).hexdigest()


def _compare(whole: Path, small: Path) -> None:
    dice = np.random.default_rng(0)
    ids = dice.integers(1000, 20000, (4, 96))
    given = dict(zip(INPUTS, (ids, np.ones_like(ids), np.repeat([[0] * 20 + [1] * 76], 4, 0)), strict=True))
    one, other = (onnxruntime.InferenceSession(str(p)).run(["answers", "follows"], given) for p in (whole, small))
    print("floats", one[0], "8 bits", other[0], file=sys.stderr)


if __name__ == "__main__":
    main()
