#!/usr/bin/env python3
"""Makes logistic.json: optima of penalised logistic regression by scikit-learn 1.9 (lbfgs and newton-cholesky, tol 1e-14) on small
formula-made data, the same in Python and TypeScript. Run: python make_logistic.py"""
import json
import numpy as np
from sklearn.linear_model import LogisticRegression


def table(n, d, k, noise=1.0):
    i, j = np.arange(n)[:, None], np.arange(d)[None, :]
    y = (np.arange(n) * 7) % k
    x = np.sin(1.3 * i + 0.7 * j + 0.01 * i * j) * noise + np.cos((y[:, None] + 1) * (j + 2.0)) + 0.1 * j
    return np.float32(x).astype("d"), y


def fit(x, y, reg, weights=None, standardize=True):
    w = np.ones(len(y)) if weights is None else weights
    mean = (w[:, None] * x).sum(0) / w.sum()
    dev = np.sqrt((w[:, None] * (x - mean) ** 2).sum(0) / (w.sum() - (w**2).sum() / w.sum()))
    scale = dev if standardize else np.ones(x.shape[1])
    best = None
    for solver in ("newton-cholesky", "lbfgs"):
        m = LogisticRegression(C=1 / (reg * w.sum()), tol=1e-14, max_iter=100000, solver=solver).fit((x - mean) / scale, y, sample_weight=w)
        coef = m.coef_ / scale
        if best is not None:
            assert np.abs(best[0] - coef).max() < 2e-6 * np.abs(coef).max(), np.abs(best[0] - coef).max()
        else:
            best = coef, m.intercept_ - coef @ mean
    coef, intercept = best
    if len(intercept) > 1:
        intercept = intercept - intercept.mean()
    p = m.predict_proba((x - mean) / scale)
    return dict(coefficients=coef.ravel().tolist(), intercepts=intercept.tolist(), probabilities=p[:5].ravel().tolist())


cases = []
for name, n, d, k, reg, weighted, standardize in [
    ("two classes", 60, 5, 2, 0.1, False, True),
    ("two classes, weak penalty", 200, 4, 2, 1e-4, False, True),
    ("three classes", 90, 6, 3, 0.01, False, True),
    ("three classes, weighted", 90, 6, 3, 0.01, True, True),
    ("three classes, not standardised", 90, 6, 3, 0.01, False, False),
    ("more features than rows", 24, 40, 3, 0.01, False, True),
]:
    x, y = table(n, d, k, 2.0)
    w = 0.5 + (np.arange(n) % 3) if weighted else None
    cases.append(dict(name=name, n=n, d=d, classes=k, regParam=reg, weighted=weighted, standardization=standardize, **fit(x, y, reg, w, standardize)))
json.dump(cases, open("logistic.json", "w"), indent=1)
