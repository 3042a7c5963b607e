# pyright: basic, reportMissingImports=false
"""The network: the encoder's own layers under three heads, in plain torch."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from tools.checker.rows import CLAIMS

DIMENSION, HEADS, LAYERS, INNER = 384, 12, 6, 1536


class Layer(nn.Module):
    """A transformer layer as BERT has it (Devlin et al. 2019), without dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(DIMENSION, 3 * DIMENSION)
        self.out = nn.Linear(DIMENSION, DIMENSION)
        self.wide = nn.Linear(DIMENSION, INNER)
        self.narrow = nn.Linear(INNER, DIMENSION)
        self.norm_attention = nn.LayerNorm(DIMENSION, eps=1e-12)
        self.norm_output = nn.LayerNorm(DIMENSION, eps=1e-12)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states: (batch, tokens, DIMENSION); mask: (batch, 1, 1, tokens), 0 where a token counts, else very low."""
        batch, tokens = states.shape[0], states.shape[1]
        parted = self.qkv(states).reshape(batch, tokens, 3, HEADS, DIMENSION // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = parted[0], parted[1], parted[2]
        scores = query @ key.transpose(-1, -2) / (DIMENSION // HEADS) ** 0.5 + mask.to(query.dtype)
        read = (scores.softmax(-1) @ value).transpose(1, 2).reshape(batch, tokens, DIMENSION)
        states = self.norm_attention(states + self.out(read))
        return self.norm_output(states + self.narrow(functional.gelu(self.wide(states))))


class Checker(nn.Module):
    """Reads two texts in one input. `answers` and `follows` look at the first token, `span` at each."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, DIMENSION)
        self.places = nn.Embedding(512, DIMENSION)
        self.kinds = nn.Embedding(2, DIMENSION)
        self.norm = nn.LayerNorm(DIMENSION, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.answers = nn.Linear(DIMENSION, 1)
        self.span = nn.Linear(DIMENSION, 2)
        self.follows = nn.Linear(DIMENSION, len(CLAIMS))

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, ...]:
        """Numbers of shape (batch, tokens) to logits: answers (batch,), span (batch, tokens, 2), follows (batch, 3)."""
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        states = self.norm(self.words(input_ids) + self.places(places) + self.kinds(token_type_ids))
        mask = (1.0 - attention_mask[:, None, None, :].to(states.dtype)) * -10000.0
        for layer in self.layers:
            states = layer(states, mask)
        first = states[:, 0]
        return self.answers(first).squeeze(-1), self.span(states), self.follows(first)

    def parameters_of_layers(self) -> list[nn.Parameter]:
        """All that is trained: the tables of words, places and kinds stay as they were."""
        frozen = {id(p) for table in (self.words, self.places, self.kinds) for p in table.parameters()}
        return [p for p in self.parameters() if id(p) not in frozen]


def from_encoder(weights: Path) -> Checker:
    """A checker that begins as the encoder (all-MiniLM-L6-v2, safetensors), its heads near nought."""
    model = Checker()
    given = load_file(str(weights))
    given = {name.removeprefix("bert."): tensor for name, tensor in given.items()}
    own: dict[str, Tensor] = {
        "words.weight": given["embeddings.word_embeddings.weight"],
        "places.weight": given["embeddings.position_embeddings.weight"],
        "kinds.weight": given["embeddings.token_type_embeddings.weight"],
        "norm.weight": given["embeddings.LayerNorm.weight"],
        "norm.bias": given["embeddings.LayerNorm.bias"],
    }
    for n in range(LAYERS):
        there = f"encoder.layer.{n}."
        for kind in ("weight", "bias"):
            parts = [given[f"{there}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            own[f"layers.{n}.qkv.{kind}"] = torch.cat(parts)
            for mine, theirs in (
                ("out", "attention.output.dense"),
                ("norm_attention", "attention.output.LayerNorm"),
                ("wide", "intermediate.dense"),
                ("narrow", "output.dense"),
                ("norm_output", "output.LayerNorm"),
            ):
                own[f"layers.{n}.{mine}.{kind}"] = given[f"{there}{theirs}.{kind}"]
    model.load_state_dict(model.state_dict() | own)
    for head in (model.answers, model.span, model.follows):
        nn.init.normal_(head.weight, std=0.02)
        nn.init.zeros_(head.bias)
    return model
