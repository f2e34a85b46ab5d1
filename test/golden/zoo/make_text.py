"""Writes a small tokenizer and a small encoder, with the answers of the `tokenizers` package and of ONNX's reference evaluator.

    pip install "onnx==1.23.2" "tokenizers==0.23.3" && python make_text.py

text/tokenizer.json (WordPiece, BERT's normalizer and template), text/model.onnx (embedding and a dense layer, masked) and text/golden.json:
texts, their ids, the mean over the tokens and the first token's vector.
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordPiece
from tokenizers.trainers import WordPieceTrainer

out = pathlib.Path(__file__).parent / "text"
out.mkdir(exist_ok=True)
texts = [
    "The light at the crossing is green.",
    "Rain falls; the street is wet!",
    "Zwölf Autos warten an der Ampel",
    "green",
    "unbelievably crowded crossings, 27 cars & 3 trams",
]
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.train_from_iterator(texts * 3, WordPieceTrainer(vocab_size=90, special_tokens=special))
tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
tokenizer.save(str(out / "tokenizer.json"))

rng = np.random.default_rng(10)
constants = [
    numpy_helper.from_array(rng.normal(size=(tokenizer.get_vocab_size(), 8)).astype(np.float32), "table"),
    numpy_helper.from_array(rng.normal(size=(8, 6)).astype(np.float32), "kernel"),
    numpy_helper.from_array(np.array([2]), "last"),
]
nodes = [
    h.make_node("Gather", ["table", "input_ids"], ["words"]),
    h.make_node("MatMul", ["words", "kernel"], ["dense"]),
    h.make_node("Tanh", ["dense"], ["bent"]),
    h.make_node("Cast", ["attention_mask"], ["mask"], to=T.FLOAT),
    h.make_node("Unsqueeze", ["mask", "last"], ["wide_mask"]),
    h.make_node("Mul", ["bent", "wide_mask"], ["last_hidden_state"]),
]
ids = lambda name: h.make_tensor_value_info(name, T.INT64, ["N", "L"])
graph = h.make_graph(nodes, "encoder", [ids("input_ids"), ids("attention_mask")], [h.make_tensor_value_info("last_hidden_state", T.FLOAT, ["N", "L", 6])], constants)
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, out / "model.onnx")

evaluator = ReferenceEvaluator(model)
golden = []
probes = texts + ["Trams wait, cars don't: 漢字 and naïve façades", "x" * 30]
for text in probes:
    encoded = tokenizer.encode(text).ids
    (state,) = evaluator.run(None, {"input_ids": np.array([encoded]), "attention_mask": np.ones((1, len(encoded)), np.int64)})
    golden.append({"text": text, "ids": encoded, "mean": state[0].mean(axis=0).tolist(), "cls": state[0, 0].tolist()})
(out / "golden.json").write_text(json.dumps(golden) + "\n")
