import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { imageFiles, replayFrames, type ImageEvent, type ReplayOptions } from 'headwater';
import { TestClock } from 'headwater/testing';

const junction = fileURLToPath(new URL('../../topologies/sample/junction/frames', import.meta.url));

async function replay(options: Partial<ReplayOptions>, count = 3): Promise<ImageEvent[]> {
  const files = (await imageFiles(junction)).slice(0, count);
  const events = [];
  for await (const event of replayFrames(files, { camera: 'junction', ...options })) events.push(event);
  return events;
}

it('spaces event times by the rate, ten frames a second unless told otherwise', async () => {
  expect((await replay({ start: 1000 })).map(({ capturedAt }) => capturedAt)).toEqual([1000, 1100, 1200]);
  expect((await replay({ start: 1000, rate: 3 })).map(({ capturedAt }) => capturedAt)).toEqual([1000, 1333, 1667]);
});

it('reads the size from the header of a JPEG', async () => {
  const [event] = await replay({}, 1);
  expect(event).toMatchObject({ camera: 'junction', encoding: 'image/jpeg', width: 512, height: 384 });
});

it('gives a paced frame when its time has come, and stops when told', async () => {
  const clock = new TestClock(5000);
  const stop = new AbortController();
  const files = (await imageFiles(junction)).slice(0, 3);
  const frames = replayFrames(files, { camera: 'c', rate: 10, paced: true, clock, signal: stop.signal });
  expect((await frames.next()).value).toMatchObject({ capturedAt: 5000 });
  let second: ImageEvent | undefined;
  const waiting = frames.next().then(({ value }) => (second = value as ImageEvent));
  await new Promise(setImmediate);
  expect(second).toBeUndefined();
  clock.advance(100);
  await waiting;
  expect(second).toMatchObject({ capturedAt: 5100 });
  stop.abort();
  expect(await frames.next()).toEqual({ done: true, value: undefined });
});

it('names a file that it cannot read', async () => {
  await expect(replayFrames(['/no/such.jpg'], { camera: 'c' }).next()).rejects.toThrow('/no/such.jpg cannot be read: ENOENT');
});
