#!/usr/bin/env python3
"""Makes invalid.json: what Spark ML 4.3.0 does with nulls, NaN and unknown labels under each `handleInvalid`: the rows that stay, by their
number, and what they get, or `error`; and with texts of white space. NaN is written "NaN". Needs pyspark and a Java 17. Run: python make_invalid.py"""
import json
import math
import os
import sys

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
from pyspark.ml.feature import IndexToString, StringIndexer, Tokenizer, VectorAssembler, VectorSizeHint
from pyspark.ml.linalg import Vectors, VectorUDT
from pyspark.sql import SparkSession
from pyspark.sql.types import DoubleType, IntegerType, StringType, StructField, StructType

s = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False).config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").config("spark.sql.shuffle.partitions", 1).getOrCreate()
s.sparkContext.setLogLevel("OFF")


def plain(value):
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value
    return [plain(float(v)) for v in value.toArray()] if hasattr(value, "toArray") else value


def outcome(work):
    try:
        return [[r.row, plain(r.o)] for r in sorted(work().collect(), key=lambda r: r.row)]
    except Exception:
        return "error"


def frame(rows, **types):
    fields = [StructField("row", IntegerType()), *[StructField(n, t) for n, t in types.items()]]
    return s.createDataFrame([(i, *r) for i, r in enumerate(rows)], StructType(fields)).coalesce(1)


nan = float("nan")
modes = ["error", "skip", "keep"]
out = {"stringIndexer": [], "vectorAssembler": []}
for kind, learn, use in [
    (StringType(), ["b", "a", "b", None, "c"], ["a", "x", None, "b", "c"]),
    (StringType(), ["b", "a", "b", "c"], ["a", "b", "c"]),
    (DoubleType(), [1.5, 2.5, 1.5, nan, None], [2.5, nan, None, 9.5, 1.5]),
]:
    for mode in modes:
        model = StringIndexer(inputCol="x", outputCol="o", handleInvalid=mode).fit(frame([(v,) for v in learn], x=kind))
        out["stringIndexer"].append(dict(learn=[plain(v) for v in learn], use=[plain(v) for v in use], handleInvalid=mode, labels=model.labels, rows=outcome(lambda: model.transform(frame([(v,) for v in use], x=kind)))))
dense = Vectors.dense
for rows in [
    [(1.0, dense(1, 2)), (None, dense(3, 4)), (nan, dense(5, 6)), (2.0, dense(7, 8))],
    [(1.0, dense(1, 2)), (3.0, dense(nan, 4)), (2.0, dense(7, 8))],
    [(1.0, dense(1, 2)), (3.0, None), (None, None), (2.0, dense(7, 8))],
    [(1.0, dense(1, 2)), (2.0, dense(7, 8))],
]:
    for mode in modes:
        data = frame(rows, a=DoubleType(), v=VectorUDT())
        if mode == "keep":  # Spark asks for the vectors' size here; headwater takes that of the other rows.
            data = VectorSizeHint(inputCol="v", size=2, handleInvalid="optimistic").transform(data)
        stage = VectorAssembler(inputCols=["a", "v"], outputCol="o", handleInvalid=mode)
        out["vectorAssembler"].append(dict(rows=[[plain(a), plain(v)] for a, v in rows], handleInvalid=mode, answers=outcome(lambda: stage.transform(data))))
ints = frame([(0.0,), (5.0,)], x=DoubleType())
out["indexToString"] = outcome(lambda: IndexToString(inputCol="x", outputCol="o", labels=["a", "b"]).transform(ints))
texts = ["", "  ", " Ab  c ", "\t\n", "x"]
out["tokenizer"] = dict(texts=texts, words=[words for _, words in outcome(lambda: Tokenizer(inputCol="x", outputCol="o").transform(frame([(t,) for t in texts], x=StringType())))])
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "invalid.json"), "w") as file:
    json.dump(out, file, separators=(",", ":"))
