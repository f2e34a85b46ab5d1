#!/usr/bin/env python3
"""Makes spark.json: what Spark ML 4.3.0 gives for linear models, feature stages and evaluators on the tables of make_logistic.py.
Needs pyspark==4.3.0, scikit-learn and a Java 17. Run: python make_spark.py"""
import json
import os
import sys

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
import numpy as np
from pyspark.ml import evaluation as ev
from pyspark.ml import feature as ft
from pyspark.ml.classification import LogisticRegression, OneVsRest
from pyspark.ml.functions import array_to_vector
from pyspark.ml.linalg import Vectors
from pyspark.ml.regression import LinearRegression
from pyspark.sql import SparkSession


def table(n, d, k, noise=1.0):
    i, j = np.arange(n)[:, None], np.arange(d)[None, :]
    y = (np.arange(n) * 7) % k
    x = np.sin(1.3 * i + 0.7 * j + 0.01 * i * j) * noise + np.cos((y[:, None] + 1) * (j + 2.0)) + 0.1 * j
    return np.float32(x).astype("d"), y


s = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False).config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", 1).getOrCreate()
s.sparkContext.setLogLevel("ERROR")
out = {}


def frame(x, **columns):
    names = list(columns)
    rows = [(Vectors.dense(r), *[float(columns[c][i]) for c in names]) for i, r in enumerate(x)]
    return s.createDataFrame(rows, ["features", *names]).coalesce(1).cache()


# Linear classifiers
out["logistic"] = []
for n, d, k, reg, enet, weighted, std in [
    (90, 6, 3, 0.02, 0.5, False, True),
    (90, 6, 3, 0.05, 1.0, True, True),
    (60, 5, 2, 0.03, 0.5, False, True),
    (60, 5, 2, 0.03, 0.3, True, False),
    (90, 6, 3, 0.01, 0.0, True, True),
]:
    x, y = table(n, d, k, 2.0)
    w = 0.5 + (np.arange(n) % 3) if weighted else np.ones(n)
    m = LogisticRegression(regParam=reg, elasticNetParam=enet, standardization=std, tol=1e-14, maxIter=20000, weightCol="w").fit(frame(x, label=y, w=w))
    out["logistic"].append(dict(n=n, d=d, classes=k, regParam=reg, elasticNetParam=enet, weighted=weighted, standardization=std,
        coefficients=m.coefficientMatrix.toArray().ravel().tolist(), intercepts=m.interceptVector.toArray().tolist()))

out["linear"] = []
for n, d, reg, enet, weighted, std, icpt in [
    (80, 5, 0.0, 0.0, False, True, True),
    (80, 5, 0.3, 0.0, True, True, True),
    (80, 5, 0.1, 0.5, False, True, True),
    (80, 5, 0.1, 1.0, True, False, True),
    (80, 5, 0.1, 0.2, False, True, False),
]:
    x, _ = table(n, d, 3, 2.0)
    y = x @ np.linspace(-1, 2, d) + 3 + np.sin(np.arange(n) * 2.1)
    w = 0.5 + (np.arange(n) % 3) if weighted else np.ones(n)
    m = LinearRegression(regParam=reg, elasticNetParam=enet, standardization=std, fitIntercept=icpt, tol=1e-14, maxIter=20000, weightCol="w").fit(frame(x, label=y, w=w))
    out["linear"].append(dict(n=n, d=d, regParam=reg, elasticNetParam=enet, weighted=weighted, standardization=std, fitIntercept=icpt,
        coefficients=m.coefficients.toArray().tolist(), intercept=m.intercept))

x, y = table(60, 4, 3, 2.0)
ovr = OneVsRest(classifier=LogisticRegression(regParam=0.05, tol=1e-14, maxIter=20000)).fit(frame(x, label=y))
out["oneVsRest"] = dict(
    coefficients=[m.coefficients.toArray().tolist() for m in ovr.models], prediction=[r.prediction for r in ovr.transform(frame(x, label=y)).collect()])

# Features
x, y = table(50, 6, 3, 2.0)
df = frame(x, label=y)
out["standardScaler"] = []
for mean, std in [(True, True), (False, True), (True, False)]:
    t = ft.StandardScaler(inputCol="features", outputCol="o", withMean=mean, withStd=std).fit(df).transform(df).limit(3).collect()
    out["standardScaler"].append(dict(withMean=mean, withStd=std, rows=[r.o.toArray().tolist() for r in t]))
p = ft.PCA(inputCol="features", outputCol="o", k=3).fit(df)
out["pca"] = dict(pc=p.pc.toArray().T.tolist(), explainedVariance=p.explainedVariance.toArray().tolist(), rows=[r.o.toArray().tolist() for r in p.transform(df).limit(3).collect()])
out["normalizer"] = [dict(p=q, rows=[r.o.toArray().tolist() for r in ft.Normalizer(inputCol="features", outputCol="o", p=q).transform(df).limit(3).collect()]) for q in (1.0, 2.0, 3.0)]
words = ["b", "a", "c", "a", "b", "b", "d", "a"]
wf = s.createDataFrame([(w,) for w in words], ["w"])
out["stringIndexer"] = dict(words=words, **{o: ft.StringIndexer(inputCol="w", outputCol="i", stringOrderType=o).fit(wf).labels for o in ("frequencyDesc", "frequencyAsc", "alphabetDesc", "alphabetAsc")})
texts = ["Hi I heard about Spark", "I wish Java could use case classes  twice", "Logistic,regression,models are neat", "Größe 東京 été 🚀 rocket", ""]
tf = ft.Tokenizer(inputCol="t", outputCol="w").transform(s.createDataFrame([(t,) for t in texts], ["t"]).coalesce(1))
out["tokenizer"] = dict(texts=texts, words=[r.w for r in tf.collect()])


def sparse(rows):
    return [dict(size=int(v.size), indices=[int(i) for i in v.indices], values=[float(a) for a in v.values]) for v in rows]


out["hashingTF"] = []
for nf, binary in [(1 << 18, False), (100, False), (20, True)]:
    h = ft.HashingTF(inputCol="w", outputCol="o", numFeatures=nf, binary=binary).transform(tf)
    out["hashingTF"].append(dict(numFeatures=nf, binary=binary, rows=sparse([r.o for r in h.collect()])))
h = ft.HashingTF(inputCol="w", outputCol="h", numFeatures=20).transform(tf)
out["idf"] = []
for mdf in (0, 2):
    m = ft.IDF(inputCol="h", outputCol="o", minDocFreq=mdf).fit(h)
    out["idf"].append(dict(minDocFreq=mdf, idf=m.idf.toArray().tolist(), rows=sparse([r.o for r in m.transform(h).collect()])))

# Evaluators
n, k = 40, 3
i = np.arange(n)
label = (i * 7) % k
pred = np.where(i % 4 == 0, (label + 1) % k, label)
prob = np.abs(np.sin(np.outer(i + 1, np.arange(1, k + 1))))
prob[i, pred] += 1
prob /= prob.sum(1, keepdims=True)
w = 0.5 + (i % 3)
mf = s.createDataFrame([(float(a), float(b), Vectors.dense(c), float(e)) for a, b, c, e in zip(label, pred, prob, w)], ["label", "prediction", "probability", "w"])
out["multiclass"] = {}
for name in ["f1", "accuracy", "weightedPrecision", "weightedRecall", "weightedTruePositiveRate", "weightedFalsePositiveRate", "weightedFMeasure", "truePositiveRateByLabel", "falsePositiveRateByLabel", "precisionByLabel", "recallByLabel", "fMeasureByLabel", "logLoss", "hammingLoss"]:
    out["multiclass"][name] = [ev.MulticlassClassificationEvaluator(metricName=name, metricLabel=1.0, beta=2.0).evaluate(mf), ev.MulticlassClassificationEvaluator(metricName=name, metricLabel=1.0, beta=2.0, weightCol="w").evaluate(mf)]
lab2 = (i * 5 + i // 3) % 2
raw = np.round(np.sin(i * 1.7) + 0.8 * lab2, 1)
bf = s.createDataFrame([(float(a), Vectors.dense([-b, b]), float(e)) for a, b, e in zip(lab2, raw, w)], ["label", "rawPrediction", "w"])
out["binary"] = {name: [ev.BinaryClassificationEvaluator(metricName=name, numBins=0).evaluate(bf), ev.BinaryClassificationEvaluator(metricName=name, numBins=0, weightCol="w").evaluate(bf)] for name in ("areaUnderROC", "areaUnderPR")}
yr = np.sin(i * 0.9) * 3 + 1
pr = yr + np.cos(i * 2.3) * 0.5
rf = s.createDataFrame([(float(a), float(b), float(e)) for a, b, e in zip(yr, pr, w)], ["label", "prediction", "w"])
out["regression"] = {name: [ev.RegressionEvaluator(metricName=name).evaluate(rf), ev.RegressionEvaluator(metricName=name, weightCol="w").evaluate(rf)] for name in ("rmse", "mse", "r2", "mae", "var")}
from sklearn.metrics import r2_score

out["regression"]["r2"][1] = float(r2_score(yr, pr, sample_weight=w))  # Spark's weighted r2 mixes two kinds of weights
true = [[float(v) for v in range(5) if (a >> v) & 1] for a in range(1, 24)]
gues = [[float(v) for v in range(5) if ((a * 7 + 3) >> v) & 1] for a in range(1, 24)]
lf = s.createDataFrame(list(zip(true, gues)), "label array<double>, prediction array<double>")
out["multilabel"] = dict(label=true, prediction=gues, **{name: ev.MultilabelClassificationEvaluator(metricName=name, metricLabel=3.0).evaluate(lf) for name in ("subsetAccuracy", "accuracy", "hammingLoss", "precision", "recall", "f1Measure", "precisionByLabel", "recallByLabel", "f1MeasureByLabel", "microPrecision", "microRecall", "microF1Measure")})
rank = [[1.0, 6.0, 2.0, 7.0, 8.0, 3.0, 9.0, 10.0, 4.0, 5.0], [4.0, 1.0, 5.0, 6.0, 2.0, 7.0, 3.0, 8.0, 9.0, 10.0], [1.0, 2.0, 3.0]]
rel = [[1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0], [5.0, 3.0]]
kf = s.createDataFrame(list(zip(rel, rank)), "label array<double>, prediction array<double>")
out["ranking"] = dict(label=rel, prediction=rank, **{name: ev.RankingEvaluator(metricName=name, k=3).evaluate(kf) for name in ("meanAveragePrecision", "meanAveragePrecisionAtK", "precisionAtK", "ndcgAtK", "recallAtK")})

# scikit-learn: ridge, multilabel, balanced classes
from sklearn.linear_model import LogisticRegression as SkLogistic
from sklearn.linear_model import Ridge

x, y = table(80, 5, 3, 2.0)
t = x @ np.linspace(-1, 2, 5) + 3 + np.sin(np.arange(80) * 2.1)
w = 0.5 + (np.arange(80) % 3)
out["ridge"] = [dict(alpha=a, weighted=wt, fitIntercept=ic, coefficients=m.coef_.tolist(), intercept=float(m.intercept_)) for a, wt, ic in [(1.0, False, True), (30.0, True, True), (0.1, False, False)] for m in [Ridge(alpha=a, fit_intercept=ic, solver="cholesky").fit(x, t, sample_weight=w if wt else None)]]
dev = x.std(0, ddof=1)
z = (x - x.mean(0)) / dev
out["multilabel_logistic"] = []
for c in range(3):
    has = ((np.arange(80) * (c + 2)) % 5 < 2).astype(int)
    m = SkLogistic(C=1 / (0.05 * 80), tol=1e-14, max_iter=100000, solver="newton-cholesky").fit(z, has)
    out["multilabel_logistic"].append(dict(coefficients=(m.coef_[0] / dev).tolist(), probabilities=m.predict_proba(z)[:5, 1].tolist()))
keep = np.flatnonzero((y != 2) | (np.arange(80) % 4 == 0))
xb, yb = x[keep], y[keep]
wb = np.array([len(yb) / (3 * (yb == c).sum()) for c in yb])
mean = (wb[:, None] * xb).sum(0) / wb.sum()
db = np.sqrt((wb[:, None] * (xb - mean) ** 2).sum(0) / (wb.sum() - (wb**2).sum() / wb.sum()))
m = SkLogistic(C=1 / (0.05 * len(yb)), class_weight="balanced", tol=1e-14, max_iter=100000, solver="newton-cholesky").fit((xb - mean) / db, yb)
out["balanced"] = dict(regParam=0.05, coefficients=(m.coef_ / db).ravel().tolist())
json.dump(out, open("spark.json", "w"), indent=None, separators=(",", ":"), ensure_ascii=False)
