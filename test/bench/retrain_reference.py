#!/usr/bin/env python3
"""The other side of retrain.bench.ts, as a script beside a model server is usually written: GridSearchCV on all labels so far, pickle, reload, predict.
usage: retrain_reference.py FOLDER ROWS WIDTH PENALTIES FOLDS. Reads FOLDER/{x.f32,y.i32}; the first ROWS rows have labels, the others judge.
Each line of stdin is a command (`jobs N`, `run`), each answer one line of JSON; `ms` runs from the label to the reloaded model's first prediction."""
import pickle
import sys
import time

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from answer_commands import answer_commands

folder, rows, width, penalties, folds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
X = np.fromfile(f"{folder}/x.f32", "<f4").reshape(-1, width)
y = np.fromfile(f"{folder}/y.i32", "<i4")
grid = {"logisticregression__C": [1 / float(penalty) for penalty in penalties.split(",")]}


def run(jobs):
    start = time.perf_counter()
    estimator = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    search = GridSearchCV(estimator, grid, cv=TimeSeriesSplit(folds), scoring="neg_log_loss", n_jobs=jobs).fit(X[:rows], y[:rows])
    with open(f"{folder}/model.pickle", "wb") as file:
        pickle.dump(search.best_estimator_, file)
    with open(f"{folder}/model.pickle", "rb") as file:
        model = pickle.load(file)
    model.predict_proba(X[rows : rows + 1])
    ms = 1000 * (time.perf_counter() - start)
    accuracy = float((model.predict(X[rows:]) == y[rows:]).mean())
    return dict(ms=ms, accuracy=accuracy, penalty=1 / search.best_params_["logisticregression__C"])


answer_commands(run=run)
