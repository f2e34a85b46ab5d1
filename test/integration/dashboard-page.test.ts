import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { FeatureEvent, ImageEvent, LabelEvent, openLog, readRecords, Runtime, topicWriter, type App, type Log } from 'headwater';

import { withDashboard } from '../../src/cli/serve-dashboard.js';
import predicting from '../../topologies/predict.js';
import retraining from '../../topologies/retrain.js';
import { chromiumPath, describeChromium } from '../chromium.js';

const camera = 'gate';
const region = 'left';
const key = `${camera}/${region}`;
const started = Date.now() - 120_000;
const capturedAt = (frame: number): number => started + frame * 2000;
const truth = (frame: number): string => (frame % 2 === 0 ? 'occupied' : 'clear');

describeChromium('the dashboard in Chromium', () => {
  let folder: string;
  let log: Log;
  let runtime: Runtime;
  let apps: App[];
  let browser: Browser;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'headwater-page-'));
    log = await openLog(path.join(folder, 'log'));
    runtime = await Runtime.open({ log });
    await log.createTopics([{ name: 'camera-frames', partitions: 1 }]);
    apps = [await runtime.run(predicting), await runtime.run(retraining)];
    browser = await chromium.launch({ executablePath: chromiumPath!, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    for (const app of apps) await app.stop();
    await runtime.close();
    await log.close();
    await rm(folder, { recursive: true, force: true });
  });

  const write = <T>(topic: string, format: Parameters<typeof topicWriter<T>>[0]['format']) =>
    topicWriter({ log, registry: runtime.registry, topic, format });

  /** Frames with a feature vector each that says what they show; resolves when they are predicted. */
  async function film(from: number, to: number): Promise<void> {
    const bytes = await readFile('topologies/sample/junction/frames/0001.jpg');
    const picture = { encoding: 'image/jpeg', width: 512, height: 384, bytes, uri: null, sha256: null, attributes: {} };
    const frames = Array.from({ length: to - from }, (_, index) => from + index);
    await write(
      'camera-frames',
      ImageEvent,
    )(frames.map((frame) => ({ key: camera, value: { camera, capturedAt: capturedAt(frame), ...picture }, timestamp: capturedAt(frame) })));
    await write(
      'features',
      FeatureEvent,
    )(
      frames.map((frame) => {
        const features = Float32Array.of(frame % 2 === 0 ? 1 : -1, Math.sin(frame));
        const value = {
          ...{ camera, region, capturedAt: capturedAt(frame), featurizer: 'net@1', features, classes: [] },
          frame: { topic: 'camera-frames', partition: 0, offset: frame },
        };
        return { key, value, timestamp: value.capturedAt };
      }),
    );
    await workedOff();
  }

  async function label(from: number, to: number, text: (frame: number) => string = truth): Promise<void> {
    const frames = Array.from({ length: to - from }, (_, index) => from + index);
    await write(
      'labels',
      LabelEvent,
    )(
      frames.map((frame) => {
        const about = { camera, region, capturedAt: capturedAt(frame), predictionId: null };
        return { key, value: { ...about, label: text(frame), source: 'test', labelledAt: about.capturedAt + 1000 } };
      }),
    );
    await workedOff();
  }

  async function workedOff(): Promise<void> {
    for (const app of apps) while (!(await app.idle())) await pause(10);
    while (!(await runtime.modelRegistry.upToDate())) await pause(10);
  }

  /** Opens the page; what it complains of is a failure. */
  async function open(url: string, complaints: string[]): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (reason) => complaints.push(reason.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(url);
    return page;
  }

  it('takes a label by a click, and shows what comes of it: the accuracy changes and a new version appears', async () => {
    await film(0, 20);
    await label(0, 20);
    await film(20, 40);
    await label(20, 39, (frame) => (frame < 35 ? truth(frame) : 'clear'));
    const complaints: string[] = [];
    await withDashboard({ runtime, apps, address: { host: '127.0.0.1', port: 0 } }, async (url) => {
      const page = await open(url, complaints);
      await page.getByText('10 of 10 right').waitFor();
      expect(await page.locator('#versions tbody tr').count()).toBe(1);
      expect(await page.locator('.chart text').allTextContents()).toEqual(expect.arrayContaining(['0', '50', '100']));

      await page.getByRole('button', { name: 'Label left as clear' }).click();
      await page.getByText('Labelled gate/left as clear.').waitFor();
      await page.getByText('18 of 20 right').waitFor();
      await page.locator('#versions tbody tr').nth(1).waitFor();
      expect(await page.locator('#versions code').first().textContent()).toMatch(/^[0-9a-f]{12}$/);
      expect(await page.locator('#state').textContent()).toBe('live');
      await page.close();
    });
    expect(complaints).toEqual([]);

    const serde = LabelEvent.bind({ topic: 'labels', side: 'value', registry: runtime.registry });
    const given: LabelEvent[] = [];
    for await (const { value } of readRecords(log, 'labels')) given.push(await serde.deserialize(value));
    expect(given.filter(({ source }) => source === 'dashboard')).toEqual([
      expect.objectContaining({ camera, region, capturedAt: capturedAt(39), label: 'clear', predictionId: 'camera-frames-0-39/left' }),
    ]);
  });

  it.each(['light', 'dark'] as const)('needs no sideways scrolling on a telephone, in %s', async (colorScheme) => {
    await withDashboard({ runtime, apps, address: { host: '127.0.0.1', port: 0 } }, async (url) => {
      const page = await browser.newPage({ viewport: { width: 360, height: 740 }, colorScheme });
      await page.goto(url);
      await page.locator('.camera img[src]').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      await page.close();
    });
  });
});
