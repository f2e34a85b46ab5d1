#!/usr/bin/env python3
"""Makes folds.json: the fold of each row by scikit-learn 1.9's StratifiedGroupKFold, beside the labels and groups. Needs scikit-learn. Run: python make_folds.py"""
import json
import os
import warnings

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

warnings.filterwarnings("ignore")
out = []
for rows, classes, groups, folds in [(60, 2, 12, 3), (200, 3, 17, 5), (97, 4, 23, 4), (40, 2, 9, 5), (150, 5, 30, 2), (300, 3, 100, 10)]:
    i = np.arange(rows)
    group = (i * i + i) // 3 % groups
    label = (i * 7 + group * group) // 3 % classes
    fold = np.zeros(rows, int)
    for f, (_, test) in enumerate(StratifiedGroupKFold(folds).split(i, label, group)):
        fold[test] = f
    out.append(dict(folds=folds, label=label.tolist(), group=group.tolist(), fold=fold.tolist()))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "folds.json"), "w") as file:
    json.dump(out, file, separators=(",", ":"))
