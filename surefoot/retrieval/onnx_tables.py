"""Keeps a model's table of words in the few bits that its file has, so that the runtime makes no table of floats of it.

In the file a number of the table has 8 bits, and each row a scale; the graph makes floats of the whole table and then
takes the rows of a text's words out of it. A runtime does the first once for all, when it loads the model, and keeps
47 MB for what is 12 MB in the file. Here the graph is changed before it is loaded: rows are taken out first, and floats
are made of those alone. The numbers that come out are the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

_GRAPH = 7
"""Fields by number, as onnx.proto gives them (ModelProto, GraphProto, NodeProto, TensorProto)."""
_NODE, _INITIALIZER = 1, 5
_INPUT, _OUTPUT, _NAME, _OPERATOR = 1, 2, 3, 4
_DIMENSION, _TENSOR_NAME = 1, 8
_BYTES = 2
"""The wire type of texts, bytes and messages (Protocol Buffers, encoding)."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a message."""

    number: int
    value: int | bytes
    raw: bytes
    """With its key, as it stands in the message."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A step of the graph."""

    operator: bytes
    inputs: list[bytes]
    outputs: list[bytes]
    rest: bytes
    """Its operator and attributes, as they stand in the file."""

    @classmethod
    def read(cls, message: bytes) -> _Node:
        fields = list(_fields(message))

        def texts(number: int) -> list[bytes]:
            return [field.value for field in fields if field.number == number and isinstance(field.value, bytes)]

        rest = b"".join(field.raw for field in fields if field.number not in (_INPUT, _OUTPUT, _NAME))
        return cls(texts(_OPERATOR)[0], texts(_INPUT), texts(_OUTPUT), rest)

    def written(self, inputs: Iterable[bytes], output: bytes) -> bytes:
        """The same step between other values, as a field of the graph."""
        given = b"".join(_written(_INPUT, name) for name in inputs)
        return _written(_NODE, given + _written(_OUTPUT, output) + self.rest)


def with_small_tables(model: bytes) -> bytes:
    """The same model (ONNX), which takes rows out of its 8-bit tables before it makes floats of them."""
    parts: list[bytes] = []
    for field in _fields(model):
        if field.number == _GRAPH and isinstance(field.value, bytes):
            parts.append(_written(_GRAPH, _graph(field.value)))
        else:
            parts.append(field.raw)
    return b"".join(parts)


def _graph(graph: bytes) -> bytes:
    fields = list(_fields(graph))
    nodes = {
        place: _Node.read(field.value)
        for place, field in enumerate(fields)
        if field.number == _NODE and isinstance(field.value, bytes)
    }
    scales = set(_scales(fields))
    made_by = {output: place for place, node in nodes.items() for output in node.outputs}
    uses = Counter(chain.from_iterable(node.inputs for node in nodes.values()))
    raw = [field.raw for field in fields]
    for place, gather in nodes.items():
        multiplied = made_by.get(gather.inputs[0], -1) if gather.operator == b"Gather" else -1
        cast = made_by.get(nodes[multiplied].inputs[0], -1) if multiplied in nodes else -1
        steps = [nodes[number].operator for number in (cast, multiplied) if number in nodes]
        if steps != [b"Cast", b"Mul"] or nodes[multiplied].inputs[1] not in scales or uses[gather.inputs[0]] > 1:
            continue
        if uses[nodes[multiplied].inputs[0]] > 1:
            continue
        raw[cast] = raw[multiplied] = b""
        raw[place] = _rows_first(gather, nodes[multiplied], nodes[cast])
    return b"".join(raw)


def _rows_first(gather: _Node, multiply: _Node, cast: _Node) -> bytes:
    """The four steps that take the place of three: rows of numbers and of scales, floats, and their product."""
    _, places = gather.inputs
    (output,) = gather.outputs
    rows, scales, floats = (output + ending for ending in (b"_rows", b"_scales", b"_floats"))
    return b"".join(
        (
            gather.written([cast.inputs[0], places], rows),
            gather.written([multiply.inputs[1], places], scales),
            cast.written([rows], floats),
            multiply.written([floats, scales], output),
        )
    )


def _scales(fields: Iterable[_Field]) -> Iterator[bytes]:
    """Names of the constants that have one number a row."""
    for field in fields:
        if field.number == _INITIALIZER and isinstance(field.value, bytes):
            tensor = list(_fields(field.value))
            dimensions = [part.value for part in tensor if part.number == _DIMENSION]
            names = [part.value for part in tensor if part.number == _TENSOR_NAME]
            if len(dimensions) == 2 and dimensions[1] == 1:
                yield from (name for name in names if isinstance(name, bytes))


def _fields(message: bytes) -> Iterator[_Field]:
    place = 0
    while place < len(message):
        begin = place
        key, place = _number(message, place)
        kind = key & 7
        if kind == 0:
            value, place = _number(message, place)
        else:
            length, place = _number(message, place) if kind == _BYTES else ({1: 8, 5: 4}[kind], place)
            value, place = message[place : place + length], place + length
        yield _Field(key >> 3, value, message[begin:place])


def _number(message: bytes, place: int) -> tuple[int, int]:
    """A number of variable length, and the place behind it."""
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


def _written(number: int, value: bytes) -> bytes:
    """A field of bytes."""
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])
