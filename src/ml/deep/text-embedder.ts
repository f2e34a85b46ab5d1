import { basename, dirname, join } from 'node:path';
import { error } from '../../errors.js';
import { columnIn, type Batch, type Columns } from '../dataset/batch.js';
import { columnOf, valueAt } from '../dataset/column.js';
import { openOnnxModel, type TensorModel } from '../engines/tensor-model.js';
import type { ModelTensor, NamedTensors } from '../engines/tensor-protocol.js';
import { checks, integerFrom, oneOf } from '../params.js';
import { sharedParams } from '../shared-params.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { fileKey, sharedModel } from './model-cache.js';
import { poolTokens, type Pooling } from './pool-tokens.js';
import { tokenizerOf, type Tokenizer } from './tokenizer.js';

export interface TextEmbedderParams {
  inputCol: string;
  outputCol: string;
  modelFile: string;
  tokenizerFile?: string;
  pooling: Pooling;
  normalize: boolean;
  maxLength: number;
  batchSize: number;
}

const spec: StageSpec<TextEmbedderParams> = {
  type: 'TextEmbedder',
  params: {
    inputCol: { ...sharedParams.inputCol, doc: 'column of texts' },
    outputCol: sharedParams.outputCol,
    modelFile: { doc: 'path of an ONNX model of a sentence or token encoder', check: checks.string },
    tokenizerFile: { doc: 'path of its tokenizer.json; beside the model when unset', check: checks.string, optional: true },
    pooling: { doc: "mean of the tokens, or the first one's vector (cls)", check: oneOf('mean', 'cls'), default: 'mean' },
    normalize: { doc: 'scale each vector to length 1', check: checks.boolean, default: false },
    maxLength: { doc: 'tokens of a text that count', check: integerFrom(1), default: 512 },
    batchSize: { doc: 'texts of one run', check: integerFrom(1), default: 32 },
  },
};

/**
 * Texts to vectors (float32) by an ONNX model with inputs `input_ids` and, where it has them, `attention_mask` and `token_type_ids`; its first output is
 * texts x tokens x d, pooled here, or texts x d. The tokenizer is a Hugging Face `tokenizer.json`. Null stays null.
 */
export class TextEmbedder extends Transformer<TextEmbedderParams> {
  constructor(options: Partial<TextEmbedderParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.inputCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }

  override async compute(batch: Batch): Promise<Columns> {
    const { modelFile, inputCol, outputCol, batchSize, maxLength } = this.params;
    const [model, tokenizer] = await Promise.all([
      sharedModel(fileKey('onnx', modelFile), () => openOnnxModel(basename(modelFile), { file: modelFile })),
      tokenizerOf(this.params.tokenizerFile ?? join(dirname(modelFile), 'tokenizer.json')),
    ]);
    const texts = columnIn(batch, inputCol);
    const rows = Array.from({ length: batch.length }, (_, row) => row).filter((row) => valueAt(texts, row) != null);
    const tokens = rows.map((row) => encode(tokenizer, valueAt(texts, row), inputCol, row, maxLength));
    const vectors: unknown[] = Array.from({ length: batch.length }, () => null);
    for (let start = 0; start < rows.length; start += batchSize) {
      const embedded = await this.embed(model, tokens.slice(start, start + batchSize));
      embedded.forEach((vector, n) => (vectors[rows[start + n]!] = vector));
    }
    return { [outputCol]: columnOf(vectors) };
  }

  private async embed(model: TensorModel, tokens: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const output = model.outputs[0]!.name;
    const results = await model.run(feedsOf(model, tokens), [output]);
    const lengths = tokens.map(({ length }) => length);
    return poolTokens(results[output]!, lengths, this.params.pooling, this.params.normalize);
  }
}

/** Shorter texts are filled up with zeros, which the mask leaves out. */
function feedsOf(model: TensorModel, tokens: readonly (readonly number[])[]): NamedTensors {
  const longest = Math.max(...tokens.map(({ length }) => length));
  const fill = (value: (text: readonly number[], at: number) => number): ModelTensor => {
    const data = new BigInt64Array(tokens.length * longest);
    tokens.forEach((text, row) => text.forEach((_, at) => (data[row * longest + at] = BigInt(value(text, at)))));
    return { type: 'int64', shape: [tokens.length, longest], data };
  };
  const makers: Record<string, () => ModelTensor> = {
    input_ids: () => fill((text, at) => text[at]!),
    attention_mask: () => fill(() => 1),
    token_type_ids: () => fill(() => 0),
  };
  const feeds = model.inputs.map(({ name }) => {
    const make = makers[name];
    if (make === undefined) throw error('HW_TENSOR_UNFED', { model: model.name, tensor: name });
    return [name, make()] as const;
  });
  return Object.fromEntries(feeds);
}

function encode(tokenizer: Tokenizer, text: unknown, column: string, row: number, maxLength: number): number[] {
  if (typeof text !== 'string') throw error('HW_TEXT_EXPECTED', { column, row, got: typeof text });
  return tokenizer.encode(text).ids.slice(0, maxLength);
}

registerStage(spec.type, ({ options, uid }) => new TextEmbedder(options, uid));
