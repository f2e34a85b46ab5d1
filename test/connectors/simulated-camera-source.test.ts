import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ImageEvent, LabelEvent, LogRegistry, type Camera, type LogRecord } from '../../src/index.js';
import { checkSource } from '../../src/testing/index.js';
import { ConnectorRig, untilLength } from '../../src/testing/check-connector/connector-rig.js';
import { conditionsAt } from '../../connectors/simulated-camera-source/conditions.js';
import { simulatedCameraSource } from '../../connectors/simulated-camera-source/simulated-camera-source.js';
import { bays, HEIGHT, WIDTH } from '../../connectors/simulated-camera-source/street-scene.js';
import { Street } from '../../connectors/simulated-camera-source/street.js';
import { converters } from './camera-site.js';

const basics = { topic: 'check', 'labels.topic': 'check-labels', start: '1000', paced: 'false', ...converters };
const frameNumber = ({ value }: LogRecord): number => {
  const [, shown] = /frame.(\d+)/.exec(Buffer.from(value!).toString('latin1').slice(-200)) ?? [];
  return Number(shown);
};

checkSource(
  'SimulatedCameraSource',
  simulatedCameraSource,
  { properties: () => Promise.resolve({ ...basics, 'labels.topic': '', paced: 'true', fps: '50' }), item: frameNumber },
  { describe, it },
);

async function collect(properties: Record<string, string>, frames: number, labels: number) {
  const rig = new ConnectorRig(simulatedCameraSource, { ...basics, frames: String(frames), ...properties });
  await rig.start();
  const cameras = Number(properties.cameras ?? 1);
  const found = await untilLength(() => rig.records('check'), frames * cameras);
  const foundLabels = await untilLength(() => rig.records('check-labels'), labels);
  const registry = new LogRegistry(rig.log);
  const images = ImageEvent.bind({ topic: 'check', side: 'value', registry });
  const events: ImageEvent[] = [];
  for (const { value } of found) events.push(await images.deserialize(value));
  const labelFormat = LabelEvent.bind({ topic: 'check-labels', side: 'value', registry });
  const labelEvents: LabelEvent[] = [];
  for (const { value } of foundLabels) labelEvents.push(await labelFormat.deserialize(value));
  await rig.close();
  return { events, labels: labelEvents, labelKeys: foundLabels.map(({ key }) => String(key)) };
}

describe('simulated cameras', () => {
  it('write frames, and labels of every bay that come later', async () => {
    const { events, labels, labelKeys } = await collect({ fps: '4', 'labels.late.frames': '3' }, 8, 32);
    expect(events.map(({ camera, capturedAt, encoding }) => [camera, capturedAt, encoding])).toEqual(
      Array.from({ length: 8 }, (_, n) => ['street-1', 1000 + n * 250, 'image/jpeg']),
    );
    expect(events[0]!.attributes).toEqual({ source: 'simulation', frame: '0', light: 'day', weather: 'dry', view: 'home' });
    const street = new Street({ seed: 1, occupancy: 0.5, dwellFrames: 15, schedule: [] }, 1);
    const wanted = Array.from({ length: 8 }, (_, n) =>
      street.labels(n).map(([region, label]) => ({ region, label, capturedAt: 1000 + n * 250, labelledAt: 1000 + (n + 3) * 250 })),
    );
    expect(labels).toMatchObject(wanted.flat());
    expect(labelKeys.slice(0, 4)).toEqual(['street-1/bay-1', 'street-1/bay-2', 'street-1/bay-3', 'street-1/bay-4']);
  });

  it('show the same bytes for the same seed, and others for another seed or camera', async () => {
    const hashes = async (properties: Record<string, string>): Promise<string[]> => {
      const { events } = await collect({ 'labels.share': '0', ...properties }, 4, 0);
      return events.map(({ camera, bytes }) => `${camera} ${createHash('sha256').update(bytes!).digest('hex')}`).sort();
    };
    const first = await hashes({ cameras: '2', seed: '7' });
    expect(await hashes({ cameras: '2', seed: '7' })).toEqual(first);
    const all = [...first, ...(await hashes({ cameras: '2', seed: '8' }))].map((line) => line.slice(-64));
    expect(new Set(all).size).toBe(16);
  });

  it('follow their schedule', async () => {
    const { events } = await collect({ schedule: '1:night, 2:rain, 3:moved, 4:day, 5:dry', 'labels.share': '0' }, 6, 0);
    const words = events.map(({ attributes: { light, weather, view } }) => `${light} ${weather} ${view}`);
    const [a, b, c] = ['night dry home', 'night rain home', 'night rain moved'];
    expect(words).toEqual(['day dry home', a, b, c, 'day rain moved', 'day dry moved']);
    expect(conditionsAt(['5:rain', '2:night', '5:day'], 6)).toEqual({ light: 'day', weather: 'rain', view: 'home' });
    const [key] = simulatedCameraSource.config.validate({ schedule: '5:fog' }).filter(({ name }) => name === 'schedule');
    expect(key!.errors.join()).toContain('"5:fog" is not FRAME:WORD');
  });

  it('have their bays where the docs page says', async () => {
    const page = await readFile(new URL('../../connectors/simulated-camera-source.md', import.meta.url), 'utf8');
    const { width, height, regions } = JSON.parse(/```json\n(.*?)```/s.exec(page)![1]!) as Camera;
    expect({ width, height }).toEqual({ width: WIDTH, height: HEIGHT });
    const corners = bays.map(({ name, left, top }) => ({ name, upperLeft: [left, top], lowerRight: [left + 112, top + 112] }));
    expect(regions.map(({ name, polygon }) => ({ name, upperLeft: polygon[0], lowerRight: polygon[2] }))).toEqual(corners);
  });

  it('fill their bays as often as they are told to', () => {
    const taken = (occupancy: number): number => {
      const street = new Street({ seed: 3, occupancy, dwellFrames: 15, schedule: [] }, 1);
      const labels = Array.from({ length: 4000 }, (_, frame) => street.labels(frame)).flat();
      return labels.filter(([, label]) => label === 'occupied').length / labels.length;
    };
    expect(taken(0)).toBe(0);
    expect(taken(1)).toBe(1);
    expect(Math.abs(taken(0.3) - 0.3)).toBeLessThan(0.06);
  });

  it('are dealt out among tasks and label a share of the frames', async () => {
    const { events, labels } = await collect({ cameras: '3', 'tasks.max': '2', 'labels.share': '0.5', 'labels.late.frames': '0' }, 20, 60);
    expect(new Set(events.map(({ camera }) => camera))).toEqual(new Set(['street-1', 'street-2', 'street-3']));
    const share = labels.length / (events.length * 4);
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
  });
});
