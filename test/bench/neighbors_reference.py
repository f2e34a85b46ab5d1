#!/usr/bin/env python3
"""The other side of neighbors.bench.ts: the same search by scikit-learn, on all cores.
usage: neighbors_reference.py FOLDER WIDTH NEIGHBOURS. Reads FOLDER/{vectors.f32,queries.f32}; each line of stdin is a command (`run`), each answer
one line of JSON."""
import sys
import time

import numpy as np
from sklearn.neighbors import NearestNeighbors

from answer_commands import answer_commands

folder, width, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
vectors, queries = (np.fromfile(f"{folder}/{name}.f32", "<f4").reshape(-1, width) for name in ("vectors", "queries"))
model = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(vectors)


def run(_):
    start = time.perf_counter()
    rows = model.kneighbors(queries, return_distance=True)[1]
    return dict(ms=1000 * (time.perf_counter() - start), rows=rows.ravel().tolist())


answer_commands(run=run)
