"""Writes ONNX models (onnx.proto), so that no package is needed for it: nodes, constants, one input and one output."""

from collections.abc import Sequence

import numpy as np

# Of the format, and of the operators: https://onnx.ai/onnx/operators.
IR_VERSION = 8
OPERATORS_VERSION = 13
FLOAT = 1
ELEMENT_TYPES = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): 7}
INT_ATTRIBUTE, INTS_ATTRIBUTE = 2, 7


class OnnxGraph:
    """Nodes in the order in which they run. What `node` and `constant` return names a value for the nodes after it."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def node(self, operator: str, *inputs: str, **attributes: int | Sequence[int]) -> str:
        """Adds an operator with one output; its attributes are numbers or lists of numbers, none below zero."""
        output = f"n{len(self._nodes)}"
        fields = [*(_text(1, name) for name in inputs), _text(2, output), _text(4, operator)]
        fields += [_bytes(5, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join(fields))
        return output

    def constant(self, values: np.ndarray) -> str:
        """Adds an array of float32 or int64."""
        name = f"c{len(self._constants)}"
        sizes = b"".join(_number(1, size) for size in values.shape)
        kind = _number(2, ELEMENT_TYPES[values.dtype])
        self._constants.append(sizes + kind + _text(8, name) + _bytes(9, values.tobytes()))
        return name

    def model(
        self,
        graph_input: tuple[str, Sequence[str | int]],
        graph_output: tuple[str, Sequence[str | int]],
        metadata: dict[str, str] | None = None,
    ) -> bytes:
        """The file. Input and output are floats, given by name and shape, in which a text is a size of any number."""
        graph = b"".join(
            [
                *(_bytes(1, node) for node in self._nodes),
                _text(2, "graph"),
                *(_bytes(5, constant) for constant in self._constants),
                _bytes(11, _value(*graph_input)),
                _bytes(12, _value(*graph_output)),
            ]
        )
        operators = _bytes(8, _text(1, "") + _number(2, OPERATORS_VERSION))
        properties = [_bytes(14, _text(1, key) + _text(2, value)) for key, value in (metadata or {}).items()]
        return b"".join([_number(1, IR_VERSION), _bytes(7, graph), operators, *properties])


def _attribute(name: str, value: int | Sequence[int]) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, INT_ATTRIBUTE)
    return _text(1, name) + b"".join(_number(8, each) for each in value) + _number(20, INTS_ATTRIBUTE)


def _value(name: str, shape: Sequence[str | int]) -> bytes:
    sizes = [_number(1, size) if isinstance(size, int) else _text(2, size) for size in shape]
    tensor = _number(1, FLOAT) + _bytes(2, b"".join(_bytes(1, size) for size in sizes))
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)
