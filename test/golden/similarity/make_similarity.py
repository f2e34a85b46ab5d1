#!/usr/bin/env python3
"""Makes similarity.json: neighbours and local outlier factors by scikit-learn 1.9, and the farthest-first order by numpy, on formula-made data, the
same in Python and TypeScript. Run: python make_similarity.py"""
import json
from pathlib import Path

import numpy as np
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors


def table(n, d, phase):
    i, j = np.arange(n)[:, None], np.arange(d)[None, :]
    x = np.sin(1.3 * i + 0.7 * j + 0.01 * i * j + phase) + np.cos((i % 5 + 1) * (j + 2.0))
    return np.float32(x).astype("d")


def farthest_first(x, count):
    chosen, apart = [0], np.linalg.norm(x - x[0], axis=1)
    while len(chosen) < count:
        chosen.append(int(apart.argmax()))
        apart = np.minimum(apart, np.linalg.norm(x - x[chosen[-1]], axis=1))
    return chosen


vectors, queries = table(200, 16, 0), table(30, 16, 0.2)
out = {"farthestFirst": farthest_first(vectors, 12)}
for metric in ("euclidean", "cosine"):
    distances, rows = NearestNeighbors(n_neighbors=5, metric=metric, algorithm="brute").fit(vectors).kneighbors(queries)
    lof = LocalOutlierFactor(n_neighbors=20, metric=metric, algorithm="brute", novelty=True).fit(vectors)
    out[metric] = {"rows": rows.tolist(), "distances": distances.tolist(), "factors": (-lof.score_samples(queries)).tolist()}
Path(__file__).with_name("similarity.json").write_text(json.dumps(out) + "\n")
