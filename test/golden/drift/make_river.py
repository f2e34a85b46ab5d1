"""ADWIN, Page-Hinkley and KSWIN of river on series with and without a change. pip install river==0.26.1; python make_river.py > river.json"""
import json, random
import numpy as np
from river import drift

rng = np.random.default_rng(7)
series = {
    "mean step": np.concatenate([rng.normal(0.3, 0.1, 700), rng.normal(0.6, 0.1, 800)]),
    "error rate": np.concatenate([rng.random(1500) < 0.1, rng.random(1000) < 0.35, rng.random(1500) < 0.05]).astype(float),
    "slow slope": 0.2 + np.arange(3000) / 6000 + rng.normal(0, 0.05, 3000),
    "wider": np.concatenate([rng.normal(0, 1, 1000), rng.normal(0, 3, 1000)]),
    "quiet": rng.normal(0, 1, 3000),
    "large": np.concatenate([rng.normal(0, 1, 1000), rng.normal(6, 1, 1000), rng.normal(0, 1, 600)]),
}


class Recording(random.Random):
    """KSWIN's own draws, written down."""

    def sample(self, population, k):
        draw = super().sample(population, k)
        draws.append(draw)
        return draw


def run(make, values):
    detector, alarms = make(), []
    for index, value in enumerate(values):
        detector.update(float(value))
        if detector.drift_detected:
            alarms.append(index)
    return alarms


out = []
for name, values in series.items():
    values = [round(float(value), 6) for value in values]
    for options in ({}, {"delta": 0.05, "clock": 8, "max_buckets": 3, "grace_period": 30, "min_window_length": 10}):
        out.append({"detector": "adwin", "series": name, "options": options, "alarms": run(lambda: drift.ADWIN(**options), values)})
    for options in ({}, {"threshold": 10, "delta": 0.01, "min_instances": 50}, {"threshold": 20, "mode": "up"}, {"threshold": 20, "mode": "down"}):
        out.append({"detector": "pageHinkley", "series": name, "options": options, "alarms": run(lambda: drift.PageHinkley(**options), values)})
    draws = []
    random_class, random.Random = random.Random, Recording
    alarms = run(lambda: drift.KSWIN(seed=3), values[:600])
    random.Random = random_class
    out.append({"detector": "kswin", "series": name, "options": {}, "alarms": alarms, "draws": draws})
    series[name] = values
print(json.dumps({"series": series, "cases": out}, separators=(",", ":")))
