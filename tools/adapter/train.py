# pyright: basic, reportMissingImports=false
"""Trains the adapter: the reference model learns to say whether a passage states what is asked (`make adapter`).

The weights are frozen; beside each matrix of the upper half of the layers two narrow ones are trained (LoRA). The
layers below need no gradient, so that an example costs some two seconds on two cores, and less on more. What is
interrupted goes on at its last tens of batches.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

from surefoot.serving.prompts import SHARED, load_prompt
from tools.adapter.rows import drawn

SEED, RANK, SCALE = 1, 16, 2.0
LAYERS = 14
"""Of the uppermost layers, beside whose matrices is trained."""
MATRICES = {"self_attn": ("q_proj", "k_proj", "v_proj", "o_proj"), "mlp": ("gate_proj", "up_proj", "down_proj")}
RATE, WARM, LEAST = 2e-4, 20, 0.05
"""Learning rate, batches until it is reached, and the part of it that is left at the end."""
TOKENS, TOGETHER = 2048, 200
"""Tokens of a batch, and rows among which those of like length are put together."""
KEPT_EVERY = 20
Example = tuple[list[int], bool, str]


class Beside(nn.Module):
    """A frozen matrix with two narrow ones beside it."""

    def __init__(self, frozen: nn.Linear) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = nn.Parameter(torch.randn(RANK, frozen.in_features) / math.sqrt(frozen.in_features))
        self.up = nn.Parameter(torch.zeros(frozen.out_features, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The frozen matrix's product, and that of the two."""
        narrow = functional.linear(x, self.down.to(x.dtype))
        return self.frozen(x) + SCALE * functional.linear(narrow, self.up.to(x.dtype))


class Reader:
    """The model with what is trained; gives the log odds of Yes against No as the answer's first word."""

    def __init__(self, base: Path) -> None:
        """base: the GGUF file. It is read as 16-bit floats of the very numbers that the engine has."""
        where = {"gguf_file": base.name}
        self.tokenizer: Any = AutoTokenizer.from_pretrained(base.parent, **where)
        packed = GgufConfig(dequantize=True)
        model: Any = AutoModelForCausalLM.from_pretrained(
            base.parent, **where, quantization_config=packed, dtype=torch.bfloat16
        )
        model.eval().requires_grad_(requires_grad=False)
        self.beside: dict[str, Beside] = {}
        layers = model.model.layers
        for number in range(len(layers) - LAYERS, len(layers)):
            for part, names in MATRICES.items():
                block = getattr(layers[number], part)
                for name in names:
                    self.beside[f"{number}.{name}"] = Beside(getattr(block, name))
                    setattr(block, name, self.beside[f"{number}.{name}"])
        yes, no = (self.tokenizer.encode(word)[0] for word in ("Yes", "No"))
        self._head = (model.lm_head.weight[yes] - model.lm_head.weight[no]).float()
        self._model = model.model
        self._rules = load_prompt("confirm_adapted", SHARED).text

    def parameters(self) -> list[nn.Parameter]:
        """All that is trained."""
        return [matrix for one in self.beside.values() for matrix in (one.down, one.up)]

    def tokens(self, question: str, passage: str) -> list[int]:
        """The prompt, as the product puts it (see surefoot.serving.probing)."""
        asked = f"Passage: <<<\n{passage}\n>>>\nQuestion: <<<\n{question}\n>>>"
        said = [{"role": "system", "content": self._rules}, {"role": "user", "content": asked}]
        return self.tokenizer.encode(
            self.tokenizer.apply_chat_template(said, tokenize=False, add_generation_prompt=True)
        )

    def odds(self, prompts: Sequence[list[int]]) -> torch.Tensor:
        """Of each prompt."""
        longest = max(map(len, prompts))
        ids = torch.full((len(prompts), longest), self.tokenizer.eos_token_id)
        mask = torch.zeros(len(prompts), longest, dtype=torch.long)
        for row, prompt in enumerate(prompts):
            ids[row, : len(prompt)], mask[row, : len(prompt)] = torch.tensor(prompt), 1
        hidden = self._model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
        last = torch.tensor([len(prompt) - 1 for prompt in prompts])
        return hidden[torch.arange(len(prompts)), last].float() @ self._head


def main() -> None:
    """Train on the first folder with the base of the second path, and write into the third."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("data", type=Path, help="folder with train/ and dev/")
    options.add_argument("base", type=Path, help="GGUF file of the reference model")
    options.add_argument("out", type=Path)
    options.add_argument("--rows", type=int, default=2400)
    options.add_argument("--dev", type=int, default=300, help="rows of dev/ that it is measured on")
    given = options.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(os.cpu_count() or 1)
    given.out.mkdir(parents=True, exist_ok=True)
    reader = Reader(given.base)
    train(reader, examples(reader, given.data, "train", given.rows), given.out / "state.pt")
    report = measured(reader, examples(reader, given.data, "dev", given.dev)) | {"rows": given.rows}
    (given.out / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


def examples(reader: Reader, data: Path, split: str, count: int) -> list[Example]:
    """Rows as prompts, each with whether its passage answers, and its source."""
    return [(reader.tokens(q, p), answers, source) for q, p, answers, source in drawn(data, split, count, SEED)]


def train(reader: Reader, rows: Sequence[Example], kept: Path) -> None:
    """One pass over the rows; goes on from what was kept."""
    batches = batched(rows)
    trained = reader.parameters()
    steps = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.0, betas=(0.9, 0.98))
    begin = restored(reader, steps, kept)
    losses: list[float] = []
    started = time.monotonic()
    for number in range(begin, len(batches)):
        for group in steps.param_groups:
            group["lr"] = RATE * min(1.0, (number + 1) / WARM) * max(LEAST, 1 - number / len(batches))
        own = [rows[n] for n in batches[number]]
        right = torch.tensor([float(answers) for _, answers, _ in own])
        loss = functional.binary_cross_entropy_with_logits(reader.odds([prompt for prompt, _, _ in own]), right)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        steps.step()
        steps.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if (number + 1) % KEPT_EVERY == 0 or number + 1 == len(batches):
            keep(reader, steps, number + 1, kept)
            spent, recent = time.monotonic() - started, losses[-2 * KEPT_EVERY :]
            print(f"{number + 1} of {len(batches)}: loss {sum(recent) / len(recent):.3f}, {spent:.0f} s", flush=True)


def batched(rows: Sequence[Example]) -> list[list[int]]:
    """Places of rows: those of a batch are of like length, and the batches of neighbouring rows in random order."""
    dice, found = random.Random(SEED), []  # noqa: S311
    for begin in range(0, len(rows), TOGETHER):
        own = sorted(range(begin, min(begin + TOGETHER, len(rows))), key=lambda n: len(rows[n][0]))
        some: list[list[int]] = [[]]
        for n in own:
            if some[-1] and (len(some[-1]) + 1) * len(rows[n][0]) > TOKENS:
                some.append([])
            some[-1].append(n)
        dice.shuffle(some)
        found += some
    return found


def keep(reader: Reader, steps: torch.optim.Optimizer, number: int, path: Path) -> None:
    """Write what is trained so far; whole, or not at all."""
    beside = {name: (one.down.data, one.up.data) for name, one in reader.beside.items()}
    torch.save({"step": number, "steps": steps.state_dict(), "beside": beside}, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def restored(reader: Reader, steps: torch.optim.Optimizer, path: Path) -> int:
    """Put back what was kept; the number of batches that it has seen."""
    if not path.is_file():
        return 0
    kept = torch.load(path, map_location="cpu")
    steps.load_state_dict(kept["steps"])
    for name, (down, up) in kept["beside"].items():
        reader.beside[name].down.data, reader.beside[name].up.data = down, up
    return kept["step"]


def measured(reader: Reader, rows: Sequence[Example]) -> dict[str, Any]:
    """How often a row that answers has the higher odds, over all and within each data set."""
    with torch.no_grad():
        odds = [reader.odds([prompt]).item() for prompt, _, _ in rows]
    groups: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for said, (_, answers, source) in zip(odds, rows, strict=True):
        for group in ("all", source.split(":")[0]):
            groups[group].append((said, answers))
    return {"answers": {group: auroc(own) for group, own in groups.items() if len({a for _, a in own}) == 2}}


def auroc(judged: Sequence[tuple[float, bool]]) -> float:
    """Of pairs of odds and truth."""
    yes, no = (torch.tensor([odds for odds, answers in judged if answers == which]) for which in (True, False))
    return round((yes[:, None] > no[None, :]).float().mean().item(), 3)


if __name__ == "__main__":
    main()
