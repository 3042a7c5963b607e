# pyright: basic, reportMissingImports=false
"""Writes what was trained beside the reference model as a GGUF adapter with its card."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch

from tools.adapter.train import SCALE

NAMES = {
    "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output",
    "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down",
}  # fmt: skip
CARD = {
    "base": "Qwen2.5-Coder-1.5B-Instruct, 4 bits (Apache-2.0)",
    "says": "whether a passage states what a question asks: Yes or No as the first word",
    "data": "SQuAD, ShARC, TAT-QA and others, free to train on; docs/guides/checker.md names them",
    "limits": "trained in English alone; sums and dates are not reckoned",
}


def main() -> None:
    """From the folder that training wrote, for the base at the second path, into the folder that travels."""
    trained, base, out = (Path(path) for path in sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    file = out / "confirm.gguf"
    write(trained / "state.pt", file)
    report = json.loads((trained / "report.json").read_text(encoding="utf-8"))
    about = {"sha256": sha256(file), "bytes": file.stat().st_size, "model": sha256(base)}
    (out / "confirm.json").write_text(json.dumps(about | CARD | report, indent=1) + "\n", encoding="utf-8")


def write(state: Path, out: Path) -> None:
    """The two narrow matrices of each place, as 16-bit floats."""
    beside = torch.load(state, map_location="cpu")["beside"]
    rank = next(iter(beside.values()))[0].shape[0]
    writer = gguf.GGUFWriter(out, "qwen2")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", SCALE * rank)
    for place, (down, up) in beside.items():
        layer, name = place.split(".")
        for which, matrix in (("lora_a", down), ("lora_b", up)):
            writer.add_tensor(f"blk.{layer}.{NAMES[name]}.weight.{which}", matrix.numpy().astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def sha256(path: Path) -> str:
    """Of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
