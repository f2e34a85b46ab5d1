"""Writes ONNX models with the `onnx` package, and the answers of its reference evaluator.

    pip install "onnx==1.23.2" && python make_onnx.py

onnx/ranks.onnx: inputs of one to four axes (rows included) and five types; onnx/fixed.onnx: a model whose batch is 4.
onnx/golden.json: the inputs row by row and the outputs, flat.
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx.reference import ReferenceEvaluator

out = pathlib.Path(__file__).parent / "onnx"
out.mkdir(exist_ok=True)


def value(name, kind, *shape):
    return h.make_tensor_value_info(name, kind, shape)


def save(name, nodes, inputs, outputs, constants=()):
    graph = h.make_graph(nodes, name, inputs, outputs, constants)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, out / f"{name}.onnx")
    return ReferenceEvaluator(model)


ranks = save(
    "ranks",
    [
        h.make_node("ReduceMax", ["vector"], ["largest"], axes=[1], keepdims=0),
        h.make_node("MatMul", ["matrix", "block"], ["product"]),
        h.make_node("ReduceSum", ["block", "last_axes"], ["sums"], keepdims=0),
        h.make_node("Mul", ["number", "number"], ["square"]),
        h.make_node("Add", ["ids", "ids"], ["doubled"]),
        h.make_node("Cast", ["flags"], ["flag_numbers"], to=T.INT32),
    ],
    [
        value("number", T.FLOAT, "N"),
        value("vector", T.DOUBLE, "N", "k"),
        value("matrix", T.FLOAT, "N", 1, 2, 3),
        value("block", T.FLOAT, "N", 2, 3, 2),
        value("ids", T.INT64, "N", 3),
        value("flags", T.BOOL, "N", 2),
    ],
    [
        value("largest", T.DOUBLE, "N"),
        value("product", T.FLOAT, "N", 2, 2, 2),
        value("sums", T.FLOAT, "N", 2),
        value("square", T.FLOAT, "N"),
        value("doubled", T.INT64, "N", 3),
        value("flag_numbers", T.INT32, "N", 2),
    ],
    [h.make_tensor("last_axes", T.INT64, [2], [2, 3])],
)
fixed = save("fixed", [h.make_node("Softmax", ["x"], ["y"], axis=1)], [value("x", T.FLOAT, 4, 3)], [value("y", T.FLOAT, 4, 3)])

rng = np.random.default_rng(5)
rows = 7
inputs = {
    "number": rng.normal(size=rows).astype(np.float32),
    "vector": rng.normal(size=(rows, 5)),
    "matrix": rng.normal(size=(rows, 1, 2, 3)).astype(np.float32),
    "block": rng.normal(size=(rows, 2, 3, 2)).astype(np.float32),
    "ids": rng.integers(-9, 9, size=(rows, 3)),
    "flags": rng.integers(0, 2, size=(rows, 2)).astype(bool),
}
answers = ranks.run(None, inputs)
x = rng.normal(size=(4, 3)).astype(np.float32)
golden = {
    "rows": [{name: values[row].tolist() for name, values in inputs.items()} for row in range(rows)],
    "outputs": {name: values.reshape(-1).tolist() for name, values in zip(ranks.output_names, answers)},
    "fixed": {"x": x.tolist(), "y": fixed.run(None, {"x": x})[0].reshape(-1).tolist()},
}
(out / "golden.json").write_text(json.dumps(golden) + "\n")
