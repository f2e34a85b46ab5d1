import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeModels, Dataset, TextEmbedder, type TextEmbedderParams } from '../../../src/index.js';
import { tokenizerOf } from '../../../src/ml/deep/tokenizer.js';
import { absoluteDifference, expectParity } from '../../parity.js';

const folder = new URL('../../golden/zoo/text/', import.meta.url).pathname;

let golden: { text: string; ids: number[]; mean: number[]; cls: number[] }[];
beforeAll(async () => void (golden = JSON.parse(await readFile(`${folder}golden.json`, 'utf8')) as typeof golden));
afterAll(closeModels);

async function embed(options: Partial<TextEmbedderParams>, texts: readonly unknown[]): Promise<(Float32Array | null)[]> {
  const stage = new TextEmbedder({ inputCol: 'text', outputCol: 'vector', modelFile: `${folder}model.onnx`, ...options });
  const rows = await stage.transform(Dataset.fromRows(texts.map((text) => ({ text })))).toRows();
  return rows.map((row) => row['vector'] as Float32Array | null);
}

function expectClose(actual: Float32Array | null | undefined, expected: readonly number[]): void {
  expectParity('TextEmbedder', absoluteDifference(actual!, expected));
}

it('gives the ids that the tokenizers package gives', async () => {
  const tokenizer = await tokenizerOf(`${folder}tokenizer.json`);
  for (const { text, ids } of golden) expect(tokenizer.encode(text).ids).toEqual(ids);
});

it('gives the mean over the tokens of each text, whatever the lengths beside it', async () => {
  const texts = golden.map(({ text }) => text);
  for (const batchSize of [1, 4]) {
    const vectors = await embed({ batchSize }, texts);
    vectors.forEach((vector, n) => expectClose(vector, golden[n]!.mean));
  }
});

it("gives the first token's vector with pooling cls, of length 1 with normalize, and null for null", async () => {
  const [first, none] = await embed({ pooling: 'cls' }, [golden[0]!.text, null]);
  expectClose(first, golden[0]!.cls);
  expect(none).toBeNull();
  const [unit] = await embed({ normalize: true }, [golden[1]!.text]);
  const length = Math.hypot(...golden[1]!.mean);
  expectClose(
    unit,
    golden[1]!.mean.map((value) => value / length),
  );
});

it('cuts long texts at maxLength', async () => {
  const [short] = await embed({ maxLength: 1 }, [golden[0]!.text]);
  expectClose(short, golden[0]!.cls);
});

it('refuses what is no text, and says where it looked for the tokenizer', async () => {
  await expect(embed({}, [7])).rejects.toThrow(/column text, row 0: expected a text, got number/);
  await expect(embed({ tokenizerFile: `${folder}golden.json` }, ['x'])).rejects.toThrow(
    /golden\.json is no model that can be read: it is no tokenizer\.json/,
  );
});
