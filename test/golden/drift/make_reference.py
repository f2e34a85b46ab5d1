"""river's and alibi-detect's alarms on streams.json: quiet, and with each shift from several frames on. Windows are so many
vectors of reference and of the newest, tested after every tenth; after an alarm those begin the new reference.
pip install river==0.26.1 (its own environment: the two want different numpy); python make_reference.py river > reference-river.json
pip install "alibi-detect[tensorflow]==0.13.0"; python make_reference.py alibi > reference-alibi.json"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np

SHIFT_AT = {"junction": [120, 130, 140], "forecourt": [210, 230, 250]}
WINDOWS = {"junction": [(100, 50)], "forecourt": [(100, 50), (200, 100)]}
SHIFTS = ["night", "fog", "camera-moved"]
streams = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "streams.json")))


def composed(variants, shift, at):
    return variants["day"][:at] + variants[shift][at:] if shift else variants["day"]


def cases():
    for camera in streams:
        for shift, at in [(None, None)] + [(shift, at) for shift in SHIFTS for at in SHIFT_AT[camera]]:
            yield camera, shift, at


def river_alarms():
    from river import drift

    def alarms(detector, values):
        found = []
        for index, value in enumerate(values):
            detector.update(value)
            if detector.drift_detected:
                found.append(index)
        return found

    detectors = {
        "error": {"ADWIN": lambda: drift.ADWIN(), "Page-Hinkley": lambda: drift.PageHinkley(min_instances=20, delta=0.05, threshold=6, mode="up")},
        "confidence": {"ADWIN": lambda: drift.ADWIN(), "Page-Hinkley": lambda: drift.PageHinkley(min_instances=20, delta=0.05, threshold=6, mode="down")},
    }
    for camera, shift, at in cases():
        learned = streams[camera]["learned"]
        for region, variants in streams[camera]["heads"].items():
            for watched, by_name in detectors.items():
                series = {variant: both[watched] for variant, both in variants.items()}
                values = composed(series, shift, at and at - learned)
                for name, make in by_name.items():
                    found = [learned + index for index in alarms(make(), values)]
                    yield dict(camera=camera, region=region, watched=watched, detector=name, shift=shift, at=at, alarms=found)


def alibi_alarms():
    from alibi_detect.cd import KSDrift, MMDDrift

    makers = {
        "alibi MMDDrift": lambda reference: MMDDrift(reference, p_val=0.01, n_permutations=200, backend="tensorflow"),
        "alibi KSDrift": lambda reference: KSDrift(reference, p_val=0.01),
    }
    for camera, shift, at, size, newest in [(*case, *windows) for case in cases() for windows in WINDOWS[case[0]]]:
        vectors = np.array(composed(streams[camera]["features"], shift, at), "f4")
        for name, make in makers.items():
            reference, recent, since, detector, found = [], [], 0, None, []
            for index, vector in enumerate(vectors):
                if len(reference) < size:
                    reference.append(vector)
                    continue
                detector = detector or make(np.array(reference))
                recent = (recent + [vector])[-newest:]
                since += 1
                if len(recent) < newest or since < 10:
                    continue
                since = 0
                if detector.predict(np.array(recent))["data"]["is_drift"]:
                    found.append(index)
                    reference, recent, detector = recent, [], None
            yield dict(camera=camera, detector=name, windows=[size, newest], shift=shift, at=at, alarms=found)


print(json.dumps(list(river_alarms() if sys.argv[1] == "river" else alibi_alarms()), separators=(",", ":")))
