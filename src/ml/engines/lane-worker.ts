import { parentPort } from 'node:worker_threads';

import { RasterBuffer } from '../../image/raster.js';
import { LaneModel } from './lane-model.js';
import { toFailure, type Failure, type FromLane, type ToLane } from './lane-protocol.js';
import { onnxEngine } from './onnx-engine.js';

/** A lane: bytes come in, answers go out, pixels stay here. One message after the other, in the order sent. */
const port = parentPort!;
const buffer = new RasterBuffer();
const models = new Map<string, LaneModel | Failure>();

let turn = Promise.resolve();
port.on('message', (message: ToLane) => {
  turn = turn.then(() => handle(message));
});

async function handle(message: ToLane): Promise<void> {
  switch (message.type) {
    case 'load':
      return load(message);
    case 'unload': {
      const model = models.get(message.model);
      models.delete(message.model);
      if (model instanceof LaneModel) await model.dispose();
      return;
    }
    case 'run':
      return run(message);
    case 'close':
      for (const model of models.values()) if (model instanceof LaneModel) await model.dispose();
      process.exit();
  }
}

async function load({ spec, device }: Extract<ToLane, { type: 'load' }>): Promise<void> {
  try {
    const model = await onnxEngine.load(spec, device);
    await model.warmUp();
    models.set(spec.name, new LaneModel(spec, model, buffer));
    send({ type: 'loaded', model: spec.name, description: model.describe() });
  } catch (thrown) {
    const failure = toFailure(thrown, spec.name);
    models.set(spec.name, failure);
    send({ type: 'loaded', model: spec.name, description: 'failed' });
  }
}

async function run(job: Extract<ToLane, { type: 'run' }>): Promise<void> {
  const model = models.get(job.model)!;
  if (!(model instanceof LaneModel)) {
    send({ type: 'done', job: job.job, rows: job.rows.map(() => model), columns: [], decodeMs: 0, computeMs: 0 });
    return;
  }
  const answer = await model.answer(job);
  send(
    { type: 'done', ...answer },
    answer.columns.map((column) => column.buffer as ArrayBuffer),
  );
}

function send(message: FromLane, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
