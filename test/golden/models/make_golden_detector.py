#!/usr/bin/env python3
"""Golden vectors of the detector: letterboxed pixels (raw HWC uint8) -> the ONNX file's outputs.
    python make_golden_detector.py <data> <models>"""
import os, sys, json, numpy as np, onnxruntime as ort
from PIL import Image
data, mod = sys.argv[1:3]; out = os.path.dirname(os.path.abspath(__file__)); r = []
def letterbox(im, S):
    w, h = im.size; k = S / max(w, h); nw, nh = round(w * k), round(h * k)
    c = Image.new('RGB', (S, S), (114, 114, 114)); c.paste(im.resize((nw, nh), Image.BILINEAR), ((S - nw) // 2, (S - nh) // 2)); return np.asarray(c)
for d, S in (('detector', 416),):
    s = ort.InferenceSession(f'{mod}/{d}/model.onnx')
    for n in ('0021', '0161'):
        f = f'junction/frames/{n}.jpg'; x = letterbox(Image.open(f'{data}/{f}').convert('RGB'), S); p = f'{d}-{n}.rgb'; x.tofile(f'{out}/{p}')
        b, sc, c = [a[0] for a in s.run(['boxes', 'scores', 'classes'], {'image': x[None]})]
        r.append(dict(model=d, source=f, pixels=p, shape=[S, S, 3], top=[dict(score=round(float(sc[i]), 5), cls=int(c[i]), box=[round(float(v), 5) for v in b[i]]) for i in range(4)], scoresSum=round(float(sc.sum()), 4)))
json.dump(dict(note='before non-maximum suppression; boxes x1,y1,x2,y2 as fractions of the letterboxed square', images=r), open(f'{out}/detectors.json', 'w'), indent=1)
