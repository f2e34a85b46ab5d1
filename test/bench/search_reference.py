#!/usr/bin/env python3
"""The other side of search.bench.ts: the same grid on the same matrix by scikit-learn (BLAS pinned to one thread a job) or Spark ML.
usage: search_reference.py FOLDER ROWS WIDTH CLASSES PENALTIES sklearn|spark. Reads FOLDER/{x.f32,y.i32,folds.i32}; each line of stdin is a
command (`check`, `jobs N`, `run`), each answer one line of JSON."""
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np

from answer_commands import answer_commands

folder, rows, width, classes, penalties, side = sys.argv[1], *map(int, sys.argv[2:5]), *sys.argv[5:7]
X = np.fromfile(f"{folder}/x.f32", "<f4").reshape(rows, width)
y = np.fromfile(f"{folder}/y.i32", "<i4")
fold = np.fromfile(f"{folder}/folds.i32", "<i4")
k = fold.max() + 1
folds = [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]
train = rows - rows // k
lambdas = [float(v) for v in penalties.split(",")]


def sklearn_side():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV

    estimator = LogisticRegression(solver="lbfgs", tol=1e-8, max_iter=5000)
    grid = {"C": [1 / (v * train) for v in lambdas]}

    def run(jobs):
        start, cpu = time.perf_counter(), time.process_time()
        found = GridSearchCV(estimator, grid, cv=folds, n_jobs=jobs, refit=False, scoring="accuracy").fit(X, y)
        used = dict(cpu=time.process_time() - cpu) if jobs == 1 else {}
        return dict(ms=1000 * (time.perf_counter() - start), **used, scores=found.cv_results_["mean_test_score"].tolist())

    def check(_):
        objectives = []
        for c in grid["C"]:
            objectives.append([])
            for rows_in, _ in folds:
                m = LogisticRegression(C=c, solver="lbfgs", tol=1e-8, max_iter=5000).fit(X[rows_in], y[rows_in])
                margins = X[rows_in].astype("d") @ m.coef_.astype("d").T + m.intercept_
                if len(m.intercept_) == 1:
                    loss = np.logaddexp(0, np.where(y[rows_in] == 1, -1, 1) * margins[:, 0]).mean()
                else:
                    top = margins.max(1, keepdims=True)
                    loss = (top[:, 0] + np.log(np.exp(margins - top).sum(1)) - margins[np.arange(len(rows_in)), y[rows_in]]).mean()
                objectives[-1].append(float(loss + (m.coef_.astype("d") ** 2).sum() / (2 * c * len(rows_in))))
        return dict(objectives=objectives)

    return run, check


def spark_side():
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.evaluation import MulticlassClassificationEvaluator
    from pyspark.ml.functions import array_to_vector
    from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    s = SparkSession.builder.master("local[*]").config("spark.ui.enabled", False).config("spark.ui.showConsoleProgress", False).config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.memory", "3g").getOrCreate()
    s.sparkContext.setLogLevel("OFF")
    pq.write_table(pa.table({"x": list(X.astype("d")), "label": y.astype("d"), "fold": fold.astype("int32")}), f"{folder}/x.parquet")
    df = s.read.parquet(f"{folder}/x.parquet").repartition(os.cpu_count()).select(array_to_vector("x").alias("features"), "label", "fold").cache()
    df.count()
    lr = LogisticRegression(maxIter=100, family="multinomial", standardization=False)
    grid = ParamGridBuilder().addGrid(lr.regParam, lambdas).build()

    def run(jobs):
        start = time.perf_counter()
        m = CrossValidator(estimator=lr, estimatorParamMaps=grid, evaluator=MulticlassClassificationEvaluator(metricName="accuracy"), numFolds=int(k), foldCol="fold", parallelism=jobs).fit(df)
        return dict(ms=1000 * (time.perf_counter() - start), scores=list(m.avgMetrics))

    return run, lambda _: dict(objectives=[])


run, check = sklearn_side() if side == "sklearn" else spark_side()
answer_commands(run=run, check=check)
