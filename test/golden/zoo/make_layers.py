"""Writes small Keras models that together hold every layer that the ONNX writer knows, with Keras' own answers.

    pip install "keras==3.15.1" "tensorflow-cpu==2.21.0" && python make_layers.py

For each model NAME: layers/NAME.keras (or .h5) and layers/NAME.golden.h5 with the data sets inputs/<layer> and outputs/<n>.
"""

import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy as np
from keras import layers as L

out = pathlib.Path(__file__).parent / "layers"
out.mkdir(exist_ok=True)


def write(name, model, inputs, suffixes):
    rng = np.random.default_rng(7)
    for weight in model.weights:
        low = 0.5 if "variance" in weight.path else -0.5
        weight.assign(rng.uniform(low, 1 if low > 0 else 0.5, weight.shape))
    for suffix in suffixes:
        model.save(out / f"{name}{suffix}")
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    with h5py.File(out / f"{name}.golden.h5", "w") as file:
        for tensor, value in zip(model.inputs, inputs):
            file[f"inputs/{tensor.name}"] = value
        for n, value in enumerate(outputs if isinstance(outputs, list) else [outputs]):
            file[f"outputs/{n}"] = value


def image():
    x = L.Input((9, 11, 3), name="picture")
    scaled = L.Rescaling(1 / 127.5, offset=-1, name="rescaling")(x)
    body = L.Conv2D(4, 3, padding="same", name="conv_same")(scaled)
    ends = [
        scaled,
        L.Rescaling([0.1, 0.2, 0.3], offset=[1.0, 2.0, 3.0], name="rescaling_by_channel")(x),
        L.Normalization(mean=[100.0, 120.0, 140.0], variance=[4.0, 5.0, 6.0], name="normalization")(x),
        L.Conv2D(4, (3, 2), strides=(2, 3), padding="same", activation="relu", name="conv_strided")(body),
        L.Conv2D(4, 3, dilation_rate=2, use_bias=False, name="conv_dilated")(body),
        L.Conv2D(6, 3, groups=2, activation="swish", name="conv_grouped")(body),
        L.DepthwiseConv2D(3, depth_multiplier=2, strides=2, padding="same", name="depthwise")(body),
        L.SeparableConv2D(5, 3, depth_multiplier=2, padding="same", activation="tanh", name="separable")(body),
        L.Conv2DTranspose(3, 3, strides=2, padding="same", name="transposed_same")(body),
        L.Conv2DTranspose(3, 2, strides=3, padding="valid", name="transposed_valid")(body),
        L.Conv2DTranspose(3, 4, strides=2, padding="valid", use_bias=False, name="transposed_overlap")(body),
        L.BatchNormalization(name="batch_norm")(body),
        L.BatchNormalization(scale=False, epsilon=1e-5, name="batch_norm_no_scale")(body),
        L.BatchNormalization(center=False, name="batch_norm_no_center")(body),
        L.LayerNormalization(name="layer_norm")(body),
        L.MaxPooling2D(2, name="max_pool")(body),
        L.MaxPooling2D(3, strides=2, padding="same", name="max_pool_same")(body),
        L.AveragePooling2D(3, strides=1, padding="same", name="average_pool_same")(body),
        L.AveragePooling2D((2, 3), name="average_pool")(body),
        L.GlobalAveragePooling2D(name="global_average")(body),
        L.GlobalAveragePooling2D(keepdims=True, name="global_average_kept")(body),
        L.GlobalMaxPooling2D(name="global_max")(body),
        L.ZeroPadding2D(((1, 2), (3, 0)), name="zero_padding")(body),
        L.Cropping2D(((1, 0), (2, 3)), name="cropping")(body),
        L.UpSampling2D(2, name="upsampling")(body),
        L.UpSampling2D((3, 2), interpolation="bilinear", name="upsampling_bilinear")(body),
        L.Flatten(name="flatten")(body),
        L.Reshape((11, -1, 2), name="reshape")(body),
        L.Permute((2, 3, 1), name="permute")(body),
        L.Softmax(name="softmax")(body),
        L.ReLU(max_value=6, name="relu6")(body),
        L.ReLU(negative_slope=0.1, max_value=1, name="relu_all")(body),
        L.LeakyReLU(negative_slope=0.2, name="leaky")(body),
        L.ELU(alpha=0.7, name="elu")(body),
        L.PReLU(shared_axes=[1, 2], name="prelu")(body),
        L.Dense(3, name="dense_on_image")(body),
        L.Dropout(0.5, name="dropout")(body),
    ]
    squeeze = L.Dense(4, activation="sigmoid")(L.Reshape((1, 1, 4), name="squeeze")(L.GlobalAveragePooling2D()(body)))
    other = L.Conv2D(4, 1, name="other")(x)
    ends += [
        L.Multiply(name="excited")([body, squeeze]),
        L.Add(name="add")([body, other, body]),
        L.Subtract(name="subtract")([body, other]),
        L.Average(name="average")([body, other]),
        L.Maximum(name="maximum")([body, other]),
        L.Minimum(name="minimum")([body, other]),
        L.Concatenate(name="concatenate")([body, other]),
        L.Concatenate(axis=1, name="concatenate_rows")([body, other]),
    ]
    names = "relu elu selu gelu sigmoid hard_sigmoid softplus softsign exponential silu hard_silu mish leaky_relu linear".split()
    ends += [L.Activation(name, name=f"act_{name}")(body) for name in names]
    picture = np.random.default_rng(1).integers(0, 256, (2, 9, 11, 3)).astype("float32")
    return keras.Model(x, ends, name="image"), [picture]


def sequence():
    x = L.Input((12,), dtype="int32", name="tokens")
    words = L.Embedding(20, 6, name="embedding")(x)
    ends = [
        words,
        L.Conv1D(5, 3, padding="same", activation="relu", name="conv1d")(words),
        L.SeparableConv1D(4, 3, name="separable1d")(words),
        L.DepthwiseConv1D(3, padding="same", name="depthwise1d")(words),
        L.MaxPooling1D(2, name="max_pool1d")(words),
        L.AveragePooling1D(3, padding="same", name="average_pool1d")(words),
        L.GlobalAveragePooling1D(name="global_average1d")(words),
        L.GlobalMaxPooling1D(name="global_max1d")(words),
        L.ZeroPadding1D((1, 2), name="zero_padding1d")(words),
        L.Cropping1D((1, 2), name="cropping1d")(words),
        L.BatchNormalization(name="batch_norm1d")(words),
        L.Dense(3, activation="softmax", name="dense1d")(words),
    ]
    return keras.Model(x, ends, name="sequence"), [np.random.default_rng(2).integers(0, 20, (3, 12)).astype("int32")]


def nested():
    """A model in a model, a layer used twice, two inputs, names in another order than the layers."""
    base = keras.Sequential([L.Input((6, 6, 3)), L.Conv2D(4, 3, name="z"), L.BatchNormalization(name="y"), L.Conv2D(3, 1, name="x")], name="base")
    left, right = L.Input((6, 6, 3), name="left"), L.Input((6, 6, 3), name="right")
    inner = L.Input((4, 4, 3))
    tail = keras.Model(inner, L.Dense(5)(L.Flatten()(inner)), name="tail")
    both = L.Concatenate()([tail(base(left)), tail(base(right))])
    first = L.Dense(3, activation="softmax", name="b")(both)
    rng = np.random.default_rng(3)
    return keras.Model([left, right], [first, L.Dense(1, name="a")(both)], name="nested"), [rng.normal(size=(2, 6, 6, 3)).astype("float32") for _ in "lr"]


def plain():
    model = keras.Sequential([L.Input((4,), name="numbers"), L.Dense(8, activation="relu"), L.BatchNormalization(), L.Dense(3, activation="softmax")], name="plain")
    return model, [np.random.default_rng(4).normal(size=(5, 4)).astype("float32")]


def recurrent():
    """Layers that the ONNX writer does not know and TF.js does."""
    x = L.Input((7, 4), name="steps")
    y = L.Bidirectional(L.LSTM(3, return_sequences=True))(L.LSTM(5, return_sequences=True)(x))
    return keras.Model(x, L.Dense(2, name="out")(L.GlobalAveragePooling1D()(y)), name="recurrent"), [np.random.default_rng(5).normal(size=(3, 7, 4)).astype("float32")]


for make, suffixes in [(image, [".keras"]), (sequence, [".keras"]), (nested, [".keras", ".h5"]), (plain, [".keras", ".h5"]), (recurrent, [".h5"])]:
    write(make.__name__, *make(), suffixes)


def training():
    """Three epochs of gradient descent and of Adam from the same start: pictures, labels and the predictions afterwards."""
    rng = np.random.default_rng(6)
    x = rng.uniform(size=(10, 8, 8, 3)).astype("float32")
    y = np.eye(3, dtype="float32")[rng.integers(0, 3, 10)]
    keras.utils.set_random_seed(8)
    layers = [L.Input((8, 8, 3), name="picture"), L.Conv2D(4, 3, activation="relu"), L.MaxPooling2D(2), L.Flatten(), L.Dense(3, activation="softmax")]
    start = keras.Sequential(layers, name="classifier")
    start.save(out / "classifier.keras")
    start.save(out / "classifier.h5")
    with h5py.File(out / "classifier.golden.h5", "w") as file:
        file["x"], file["y"], file["untrained"] = x, y, start.predict(x, verbose=0)
        for name, optimizer in [("sgd", keras.optimizers.SGD(0.1)), ("adam", keras.optimizers.Adam(0.01))]:
            model = keras.models.load_model(out / "classifier.keras")
            model.compile(optimizer=optimizer, loss="categorical_crossentropy")
            history = model.fit(x, y, epochs=3, batch_size=4, shuffle=False, verbose=0)
            file[name] = model.predict(x, verbose=0)
            file[f"{name}_loss"] = np.array(history.history["loss"], "float32")


training()
