"""How the bundled model computes, as an ONNX graph without its numbers: `python -m index.embed.graph` writes bert.onnx.

BERT (Devlin et al. 2018) with six layers of width 384 and twelve heads. The weights stay in the safetensors files and
are handed to ONNX Runtime by their names there, so that one graph serves every model of this shape. This module alone
needs the `onnx` package, which only developers install.
"""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from index.embed.bert import GRAPH

LAYERS, WIDTH, HEADS, INNER, WORDS, PLACES = 6, 384, 12, 1536, 30522, 512


class _Graph:
    """Nodes and tensors as they are added; each step returns the name of what it computes."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []

    def do(self, op: str, *inputs: str, **attributes: Any) -> str:
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], name, **attributes))
        return name

    def constant(self, value: Any, kind: type = np.int64) -> str:
        name = f"constant_{len(self.tensors)}"
        self.tensors.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def weight(self, name: str, *shape: int) -> str:
        """A tensor whose numbers are given when the graph is loaded."""
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="weights")
        self.tensors.append(tensor)
        return name

    def linear(self, rows: str, name: str, width: int, out: int) -> str:
        weight, bias = self.weight(f"{name}.weight", out, width), self.weight(f"{name}.bias", out)
        return self.do("Gemm", rows, weight, bias, transB=1)

    def norm(self, rows: str, name: str) -> str:
        weight, bias = self.weight(f"{name}.weight", WIDTH), self.weight(f"{name}.bias", WIDTH)
        return self.do("LayerNormalization", rows, weight, bias, axis=-1, epsilon=1e-12)


def build() -> Any:
    """The graph. Inputs: ids, types, mask (texts, tokens), int64; output: tokens (texts x tokens, 384)."""
    g = _Graph()
    shape = g.do("Shape", "ids")
    length = g.do("Slice", shape, g.constant([1]), g.constant([2]))
    places = g.do("Slice", g.weight("embeddings.position_embeddings.weight", PLACES, WIDTH), g.constant([0]), length)
    words = g.do("Gather", g.weight("embeddings.word_embeddings.weight", WORDS, WIDTH), "ids")
    types = g.do("Gather", g.weight("embeddings.token_type_embeddings.weight", 2, WIDTH), "types")
    summed = g.do("Add", g.do("Add", words, types), places)
    rows = g.norm(g.do("Reshape", summed, g.constant([-1, WIDTH])), "embeddings.LayerNorm")
    apart = g.do("Concat", shape, g.constant([HEADS, WIDTH // HEADS]), axis=0)
    absent = g.do("Sub", g.constant(1.0, np.float32), g.do("Cast", "mask", to=TensorProto.FLOAT))
    closed = g.do("Unsqueeze", g.do("Mul", absent, g.constant(-1e9, np.float32)), g.constant([1, 2]))
    for i in range(LAYERS):
        rows = _layer(g, f"encoder.layer.{i}", rows, apart, closed)
    g.nodes.append(helper.make_node("Identity", [rows], ["tokens"]))
    inputs = [
        helper.make_tensor_value_info(n, TensorProto.INT64, ["texts", "length"]) for n in ("ids", "types", "mask")
    ]
    output = helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["rows", WIDTH])
    graph = helper.make_graph(g.nodes, "bert", inputs, [output], g.tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9, producer_name="byline")


def _layer(g: _Graph, name: str, rows: str, apart: str, closed: str) -> str:
    """One layer over rows (texts x tokens, 384): attention, then two linear steps, each added to what came in."""

    def heads(part: str, order: list[int]) -> str:
        row = g.linear(rows, f"{name}.attention.self.{part}", WIDTH, WIDTH)
        return g.do("Transpose", g.do("Reshape", row, apart), perm=order)

    query, key, value = heads("query", [0, 2, 1, 3]), heads("key", [0, 2, 3, 1]), heads("value", [0, 2, 1, 3])
    scale = g.constant((WIDTH // HEADS) ** -0.5, np.float32)
    scores = g.do("Add", g.do("Mul", g.do("MatMul", query, key), scale), closed)
    seen = g.do("Transpose", g.do("MatMul", g.do("Softmax", scores, axis=-1), value), perm=[0, 2, 1, 3])
    seen = g.do("Reshape", seen, g.constant([-1, WIDTH]))
    attended = g.do("Add", g.linear(seen, f"{name}.attention.output.dense", WIDTH, WIDTH), rows)
    rows = g.norm(attended, f"{name}.attention.output.LayerNorm")
    inner = g.do("Gelu", g.linear(rows, f"{name}.intermediate.dense", WIDTH, INNER))
    return g.norm(g.do("Add", g.linear(inner, f"{name}.output.dense", INNER, WIDTH), rows), f"{name}.output.LayerNorm")


if __name__ == "__main__":
    GRAPH.write_bytes(build().SerializeToString(deterministic=True))
    onnx.load(GRAPH, load_external_data=False)
    print(f"{GRAPH}: {GRAPH.stat().st_size:,} bytes")
