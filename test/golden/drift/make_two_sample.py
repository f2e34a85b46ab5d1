"""MMD, energy distance and PSI of two samples with numpy. pip install numpy; python make_two_sample.py > two-sample.json"""
import json
import numpy as np


def squared_distances(rows):
    return ((rows[:, None, :] - rows[None, :, :]) ** 2).sum(-1)


def parts(matrix, n):
    m = len(matrix) - n
    x, y, xy = matrix[:n, :n], matrix[n:, n:], matrix[:n, n:]
    within = (x.sum() - np.trace(x)) / (n * (n - 1))
    other = (y.sum() - np.trace(y)) / (m * (m - 1))
    return within, other, xy.mean()


def mmd(x, y):
    """As alibi_detect.utils.pytorch: GaussianRBF with sigma_median, mmd2_from_kernel_matrix without the diagonal."""
    d = squared_distances(np.concatenate([x, y]))
    n = len(d)
    sigma2 = 0.5 * np.sort(d.ravel())[n + (n * n - n) // 2 - 1]
    within, other, across = parts(np.exp(-d / (2 * sigma2)), len(x))
    return within + other - 2 * across


def energy(x, y):
    within, other, across = parts(np.sqrt(squared_distances(np.concatenate([x, y]))), len(x))
    return 2 * across - within - other


def psi(x, y):
    total = 0
    for a, b in zip(x.T, y.T):
        edges = np.quantile(a, np.arange(1, 10) / 10, method="inverted_cdf")
        count = lambda v: np.maximum(np.bincount(np.searchsorted(edges, v, side="left"), minlength=10), 0.5)
        p, q = count(a) / len(a), count(b) / len(b)
        total += ((p - q) * np.log(p / q)).sum()
    return total / x.shape[1]


rng = np.random.default_rng(11)
cases = []
for n, m, d, shift, scale in [(40, 30, 8, 0, 1), (40, 30, 8, 0.5, 1), (25, 60, 3, 0, 2), (100, 50, 16, 0.2, 1.1)]:
    x = rng.normal(0, 1, (n, d)).astype(np.float32).round(4)
    y = (shift + scale * rng.normal(0, 1, (m, d))).astype(np.float32).round(4)
    a, b = x.astype(np.float32).astype(float), y.astype(np.float32).astype(float)
    cases.append({"reference": [[round(float(v), 4) for v in row] for row in x], "recent": [[round(float(v), 4) for v in row] for row in y],
                  "mmd": mmd(a, b), "energy": energy(a, b), "psi": psi(a, b)})
print(json.dumps(cases, separators=(",", ":")))
