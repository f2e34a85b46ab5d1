import { expect, it } from 'vitest';
import { ConfluentRegistry, LabelEvent, LogRegistry, MemoryLog } from 'headwater';
import { selfDescribing } from '../../src/serde/self-describing.js';

const registry = new LogRegistry(new MemoryLog());
const read = selfDescribing(registry);

it('reads Avro with the schema that its id names', async () => {
  const label = { camera: 'c', region: 'r', capturedAt: 1, label: 'clear', source: 'person', predictionId: null, labelledAt: 2 };
  const bytes = await LabelEvent.bind({ topic: 'labels', side: 'value', registry }).serialize(label);
  expect(await read(bytes)).toEqual(label);
});

it.each([
  ['JSON', Buffer.from('{"a":[1]}'), { a: [1] }],
  ['text', Buffer.from('so it is'), 'so it is'],
  ['nothing', null, null],
])('reads %s', async (_, bytes, value) => {
  expect(await read(bytes)).toEqual(value);
});

it.each([
  ['bytes that are no text', Buffer.from([0xff, 0xd8, 0xff])],
  ['Avro with an unknown schema', Buffer.from([0, 0, 0, 0, 99, 0x80])],
  ['damaged Avro', Buffer.from([0, 0, 0, 0, 1, 0xff])],
])('leaves %s as they are', async (_, bytes) => {
  expect(await read(bytes)).toBe(bytes);
});

it('does not take a registry that is away for a record that is damaged', async () => {
  const away = selfDescribing(new ConfluentRegistry('http://127.0.0.1:9', { retryDelayMs: 1 }));
  await expect(away(Buffer.from([0, 0, 0, 0, 1, 2]))).rejects.toMatchObject({ code: 'HW_REGISTRY_AWAY' });
});
