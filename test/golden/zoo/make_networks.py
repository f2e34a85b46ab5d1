"""Writes Keras' answers for the networks of the zoo, with weights from a formula that TypeScript repeats (test/golden/zoo/formula.ts).

    pip install "keras==3.15.1" "tensorflow-cpu==2.21.0" && python make_networks.py [NAME ...]

For each network NAME: networks/NAME.json (the formula's two constants; the layers with weights in Keras' order: names and shapes) and networks/NAME.golden.h5 with the data sets
predictions (2 x 1000), features (2 x d, averaged) and featureMap (2 x n, every 101st value of the flattened map).
"""

import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import keras
import numpy as np
from keras import applications as apps
from keras.src.legacy.saving.legacy_h5_format import _legacy_weights

# Constructor, module, size, smallest gamma and gain of the last kernel: so chosen that activations neither vanish nor saturate.
NETWORKS = {
    "InceptionV3": (apps.InceptionV3, apps.inception_v3, 299, 0.75, 0.2),
    "Xception": (apps.Xception, apps.xception, 299, 0.5, 0.0015),
    "ResNet50": (apps.ResNet50, apps.resnet, 224, 0.5, 0.004),
    "VGG16": (apps.VGG16, apps.vgg16, 224, 0.5, 0.01),
    "VGG19": (apps.VGG19, apps.vgg19, 224, 0.5, 0.01),
    "MobileNetV2": (apps.MobileNetV2, apps.mobilenet_v2, 224, 2.0, 1.0),
}
out = pathlib.Path(__file__).parent / "networks"
out.mkdir(exist_ok=True)


def uniform(seed, count):
    """`count` numbers in [0, 1), multiples of 2**-24: a 32-bit mix of the index."""
    x = np.arange(count, dtype=np.uint32) + np.uint32(seed * 0x9E3779B9 % 2**32)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return (x >> np.uint32(8)) / 2.0**24


def weight(name, shape, seed, gamma, gain):
    u = uniform(seed, int(np.prod(shape)))
    kind = name.split("/")[-1]
    if kind == "gamma":
        values = gamma + 0.5 * u
    elif kind == "moving_variance":
        values = 0.5 + u
    elif "kernel" in kind:
        fan_in = np.prod(shape[:2]) if kind == "depthwise_kernel" else np.prod(shape[:-1])
        values = (2 * u - 1) * np.sqrt(6 / fan_in)
        if name.startswith("predictions/"):
            values *= gain
    else:
        values = 0.2 * u - 0.1
    return values.astype(np.float32).reshape(shape)


def pictures(size):
    """Two pictures of coloured squares, 13 pixels wide."""
    y, x, c = np.meshgrid(np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    place = ((y // 13) * 100 + x // 13) * 3 + c
    return np.stack([np.floor(uniform(seed, 10**5)[place] * 256) for seed in (1, 2)]).astype(np.uint8)


def assign(model, gamma, gain):
    layers = []
    for k, layer in enumerate(layer for layer in model.layers if _legacy_weights(layer)):
        variables = _legacy_weights(layer)
        for j, variable in enumerate(variables):
            variable.assign(weight(variable.path, variable.shape, 8 * k + j, gamma, gain))
        layers.append([layer.name, [[variable.path, list(variable.shape)] for variable in variables]])
    return layers


for name in sys.argv[1:] or NETWORKS:
    make, module, size, gamma, gain = NETWORKS[name]
    keras.utils.clear_session()
    model = make(weights=None)
    layers = assign(model, gamma, gain)
    (out / f"{name}.json").write_text(json.dumps({"gamma": gamma, "gain": gain, "layers": layers}) + "\n")
    pixels = module.preprocess_input(pictures(size).astype(np.float32))
    predictions = model.predict(pixels, verbose=0)
    keras.utils.clear_session()
    body = make(weights=None, include_top=False, input_shape=(size, size, 3))
    assign(body, gamma, gain)
    feature_map = body.predict(pixels, verbose=0)
    with h5py.File(out / f"{name}.golden.h5", "w") as file:
        file["predictions"] = predictions
        file["features"] = feature_map.mean(axis=(1, 2))
        file["featureMap"] = feature_map.reshape(2, -1)[:, ::101]
    top = np.sort(predictions, axis=1)[:, ::-1]
    print(name, feature_map.shape, "features", feature_map.min(), feature_map.mean(), feature_map.max(), "top 6", top[:, :6], "same", np.abs(predictions[0] - predictions[1]).max())
