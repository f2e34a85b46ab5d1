#!/usr/bin/env python3
"""Makes missing.json: scikit-learn 1.9 on folds of which some lack a class. Accuracy of each penalty in each fold, and the coefficients and
intercepts learned there, on the table of make_logistic.py. Needs scikit-learn. Run: python make_missing.py"""
import json
import os

import numpy as np
from sklearn.linear_model import LogisticRegression


def table(n, d, k, noise=1.0):
    i, j = np.arange(n)[:, None], np.arange(d)[None, :]
    y = (np.arange(n) * 7) % k
    x = np.sin(1.3 * i + 0.7 * j + 0.01 * i * j) * noise + np.cos((y[:, None] + 1) * (j + 2.0)) + 0.1 * j
    return np.float32(x).astype("d"), y


n, d, k, folds = 240, 4, 3, 3
x, y = table(n, d, k, 2.0)
fold = np.arange(n) * folds // n
y[(fold == 0) & (np.arange(n) % 5 == 0)] = 3  # only in the first fold
out = []
for reg in [1.0, 0.1, 0.01]:
    for f in range(folds):
        train, test = fold != f, fold == f
        m = LogisticRegression(C=1 / (reg * train.sum()), tol=1e-12, max_iter=100000, solver="newton-cholesky").fit(x[train], y[train])
        out.append(dict(regParam=reg, fold=f, classes=m.classes_.tolist(), accuracy=float(m.score(x[test], y[test])),
            coefficients=m.coef_.ravel().tolist(), intercepts=(m.intercept_ - m.intercept_.mean()).tolist()))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "missing.json"), "w") as file:
    json.dump(dict(n=n, d=d, classes=k, folds=folds, label=y.tolist(), fits=out), file, separators=(",", ":"))
