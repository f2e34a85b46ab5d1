import { parentPort, workerData } from 'node:worker_threads';

import jpeg from '@julusian/jpeg-turbo';
import ort from 'onnxruntime-node';

/** The least that a thread can do: decode, box average, infer, nothing else. Its input lies in memory, its output is dropped. */
const { files, model, batch } = workerData as { files: Uint8Array[]; model: string; batch: number };
const side = 224;
const slot = side * side * 3;
const port = parentPort!;

const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const raw = Buffer.alloc(64 << 20);
const pixels = new Uint8Array(batch * slot);

port.on('message', (rows: number) => void infer(rows).then(() => port.postMessage('done')));
port.postMessage('ready');

async function infer(rows: number): Promise<void> {
  for (let row = 0; row < rows; row += batch) {
    for (let at = 0; at < batch; at++) {
      const file = files[(row + at) % files.length]!;
      const { width, height } = jpeg.decompressSync(Buffer.from(file.buffer, file.byteOffset, file.length), raw, {
        format: jpeg.FORMAT_RGB,
      });
      boxAverage(width, height, at * slot);
    }
    await session.run({ image: new ort.Tensor('uint8', pixels, [batch, side, side, 3]) }, ['features']);
  }
}

function boxAverage(width: number, height: number, offset: number): void {
  const columns = Int32Array.from({ length: side + 1 }, (_, x) => Math.round((x * width) / side));
  let out = offset;
  for (let y = 0; y < side; y++) {
    const top = Math.round((y * height) / side);
    const bottom = Math.max(top + 1, Math.round(((y + 1) * height) / side));
    for (let x = 0; x < side; x++) {
      const left = columns[x]!;
      const right = Math.max(left + 1, columns[x + 1]!);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let row = top; row < bottom; row++) {
        for (let at = (row * width + left) * 3, end = (row * width + right) * 3; at < end; at += 3) {
          red += raw[at]!;
          green += raw[at + 1]!;
          blue += raw[at + 2]!;
        }
      }
      const share = 1 / ((bottom - top) * (right - left));
      pixels[out++] = red * share + 0.5;
      pixels[out++] = green * share + 0.5;
      pixels[out++] = blue * share + 0.5;
    }
  }
}
