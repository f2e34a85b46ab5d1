"""Writes TensorFlow graphs as TF.js graph models (the graph's JSON and its constants as weights), with TensorFlow's own answers.

    pip install "tensorflow-cpu==2.21.0" && python make_tensorflow.py

tensorflow/NAME/model.json, tensorflow/NAME/weights.bin, tensorflow/NAME/frozen.pb (the same as a frozen GraphDef) and tensorflow/golden.json. `columns` takes four types and maps two inputs to one output;
`picture` takes pictures of any size.
"""

import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from tensorflow.python.framework import tensor_util
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

out = pathlib.Path(__file__).parent / "tensorflow"


def save(name, function, signature):
    """Freezes the function; constants become weights, which is all that TF.js' own converter does to a graph without optimizing it."""
    frozen = convert_variables_to_constants_v2(function.get_concrete_function(*signature))
    weights, data = [], b""
    graph = frozen.graph.as_graph_def()
    (out / name).mkdir(parents=True, exist_ok=True)
    (out / name / "frozen.pb").write_bytes(graph.SerializeToString(deterministic=True))
    for node in graph.node:
        for key in [key for key in node.attr if key.startswith("_")]:
            del node.attr[key]
        if node.op == "Const":
            value = tensor_util.MakeNdarray(node.attr["value"].tensor)
            weights.append({"name": node.name, "shape": list(value.shape), "dtype": str(value.dtype)})
            data += value.astype(value.dtype.newbyteorder("<")).tobytes()
            node.attr["value"].tensor.ClearField("tensor_content")
            for field in ["float_val", "int_val"]:
                node.attr["value"].tensor.ClearField(field)
    signature_of = lambda tensors: {t.name: {"name": t.name, "dtype": tf.dtypes.as_dtype(t.dtype).as_datatype_enum, "tensorShape": {"dim": [{"size": str(d if d is not None else -1)} for d in t.shape]}} for t in tensors}
    names = {v.number: k for k, v in __import__("tensorflow.core.framework.types_pb2", fromlist=["DataType"]).DataType.DESCRIPTOR.values_by_name.items()}
    ends = {"inputs": signature_of(frozen.inputs), "outputs": signature_of(frozen.outputs)}
    for group in ends.values():
        for info in group.values():
            info["dtype"] = names[info["dtype"]]
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    topology = json_format.MessageToDict(graph)
    model = {"format": "graph-model", "signature": ends, "modelTopology": topology, "weightsManifest": [{"paths": ["weights.bin"], "weights": weights}]}
    (folder / "model.json").write_text(json.dumps(model) + "\n")
    (folder / "weights.bin").write_bytes(data)
    print(name, [t.name for t in frozen.inputs], [t.name for t in frozen.outputs])


rng = np.random.default_rng(9)
matrix = tf.constant(rng.normal(size=(3, 2)).astype("float32"))
kernel = tf.constant(rng.normal(size=(3, 3, 3, 4)).astype("float32") / 50)


@tf.function
def columns(f, i, a, b):
    return tf.reduce_max(f, axis=1), tf.reduce_max(i, axis=1), tf.matmul(a, matrix) + tf.reduce_sum(b, axis=[1, 2], keepdims=False)[:, None]


@tf.function
def picture(sparkdl_image_input):
    return tf.reduce_mean(tf.nn.relu(tf.nn.conv2d(sparkdl_image_input, kernel, 2, "SAME")), axis=[1, 2])


spec = tf.TensorSpec
save("columns", columns, [spec([None, None], tf.float32, "f"), spec([None, None], tf.int32, "i"), spec([None, 3], tf.float32, "a"), spec([None, 2, 2], tf.float32, "b")])
save("picture", picture, [spec([None, None, None, 3], tf.float32, "sparkdl_image_input")])

rows = 100
inputs = {
    "f": rng.normal(size=(rows, 5)).astype("float32"),
    "i": rng.integers(-99, 99, size=(rows, 4)).astype("int32"),
    "a": rng.normal(size=(rows, 3)).astype("float32"),
    "b": rng.normal(size=(rows, 2, 2)).astype("float32"),
}
answers = columns(**{name: tf.constant(value) for name, value in inputs.items()})
images = [rng.integers(0, 256, size=(*size, 3)) for size in [(7, 9), (4, 6), (7, 9)]]
golden = {
    "rows": [{name: values[row].tolist() for name, values in inputs.items()} for row in range(rows)],
    "columns": [answer.numpy().reshape(-1).tolist() for answer in answers],
    "images": [{"height": image.shape[0], "width": image.shape[1], "rgb": image.reshape(-1).tolist()} for image in images],
    "pictures": [picture(tf.constant(image[None].astype("float32"))).numpy().reshape(-1).tolist() for image in images],
}
(out / "golden.json").write_text(json.dumps(golden) + "\n")


class Affine(tf.Module):
    """A SavedModel: y = x w, z = max(x)."""

    def __init__(self):
        self.w = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x")])
    def call(self, x):
        return {"y": tf.matmul(x, self.w), "z": tf.reduce_max(x, axis=1)}


    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x")])
    def twice(self, x):
        return {"doubled": x * 2}


affine = Affine()
signatures = {"serving_default": affine.call.get_concrete_function(), "twice": affine.twice.get_concrete_function()}
tf.saved_model.save(affine, str(out / "affine"), signatures=signatures)
