import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headwater as runHeadwater } from './headwater.js';

const junction = fileURLToPath(new URL('../../topologies/sample/junction/frames', import.meta.url));

let folder: string;
let log: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-cli-'));
  log = join(folder, 'log');
});
afterAll(() => rm(folder, { recursive: true }));

const headwater = (...argv: string[]) => runHeadwater(...argv, '--log', log);

const lines = (out: string): unknown[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

it('makes no log where one is only asked about', async () => {
  for (const asking of [['topics'], ['tail', 'camera-frames'], ['groups'], ['models'], ['cameras']]) {
    const { code, err } = await headwater(...asking);
    expect([code, err]).toEqual([1, expect.stringContaining(`there is no log in ${log}`)]);
  }
  expect(existsSync(log)).toBe(false);
});

describe('one log, from pictures to their description', () => {
  it('produces the frames of a camera in natural order', async () => {
    const options = ['--key', 'junction', '--from-time', '2026-05-01T12:00:00Z'];
    const produced = await headwater('produce', 'camera-frames', '--images', junction, ...options);
    expect(produced).toEqual({ code: 0, out: '199 records written to camera-frames\n', err: '' });
  });

  it('tails them as JSON, pictures by size and hash', async () => {
    const { code, out } = await headwater('tail', 'camera-frames', '--json');
    const records = lines(out) as { timestamp: number }[];
    expect([code, records.length]).toEqual([0, 199]);
    const picture = { bytes: 32132, sha256: expect.stringMatching(/^18def9ff/) as string };
    expect(records[0]).toMatchObject({
      topic: 'camera-frames',
      offset: 0,
      timestamp: Date.UTC(2026, 4, 1, 12),
      key: 'junction',
      value: { encoding: 'image/jpeg', width: 512, height: 384, bytes: picture },
    });
    expect(records.map(({ timestamp }) => timestamp)).toEqual(records.map((_, i) => Date.UTC(2026, 4, 1, 12) + i * 100));
  });

  it('tails them as text, from an offset, as many as asked for', async () => {
    const { out } = await headwater('tail', 'camera-frames', '--from', '197', '--limit', '1');
    expect(out).toMatch(
      /^camera-frames-\d@197 {2}2026-05-01T12:00:19\.700Z {2}junction {2}image\/jpeg 512x384 34 kB sha256 [0-9a-f]{12}…\n$/,
    );
  });

  it('lists topics with what they hold', async () => {
    const { out } = await headwater('topics', '--json');
    expect(lines(out)).toMatchObject([
      { name: '_schemas', partitions: 1, cleanup: 'compact', records: 1 },
      { name: 'camera-frames', partitions: 4, records: 199 },
    ]);
  });

  it('shows the registered schema', async () => {
    const { out } = await headwater('schemas', 'camera-frames-value', '--json');
    expect(lines(out)).toMatchObject([{ version: 1, id: 1, compatibility: 'BACKWARD', schema: { name: 'ImageEvent' } }]);
  });
});

it('creates, describes and deletes a topic', async () => {
  expect((await headwater('topics', 'create', 'short', '--partitions', '2', '--cleanup', 'compact')).out).toBe('topic short created\n');
  expect((await headwater('topics', 'create', 'short')).out).toBe('topic short exists already\n');
  const { out } = await headwater('topics', 'describe', 'short');
  expect(out.split('\n').slice(0, 3)).toEqual([
    'short: 2 partitions, cleanup compact',
    'PARTITION  EARLIEST  LATEST  RECORDS',
    '        0         0       0        0',
  ]);
  expect((await headwater('topics', 'delete', 'short')).out).toBe('deleted short\n');
  expect((await headwater('topics', 'describe', 'short')).code).toBe(1);
});

it('writes JSON lines into an event topic as that event, and reads them back', async () => {
  const file = join(folder, 'labels.jsonl');
  const value = { camera: 'c', region: 'r', capturedAt: 5, label: 'clear', source: 'person', predictionId: null, labelledAt: 6 };
  const short = { camera: 'c', region: 'r', capturedAt: 5, label: 'clear' };
  await writeFile(file, `${JSON.stringify({ key: 'c/r', value, timestamp: 5 })}\n\n${JSON.stringify({ value: short, timestamp: 7 })}\n`);
  expect((await headwater('produce', 'labels', '--jsonl', file, '--json')).out).toBe('{"topic":"labels","written":2}\n');
  const { out } = await headwater('tail', 'labels', '--json');
  expect(lines(out)).toMatchObject([
    { key: 'c/r', value, timestamp: 5 },
    { key: 'c/r', value: { ...short, source: 'command line', predictionId: null, labelledAt: 7 }, timestamp: 7 },
  ]);
});

describe('what goes wrong is one sentence and an exit code', () => {
  it.each([
    [1, ['tail', 'nope'], /^headwater: topic nope does not exist in LocalLog .*\n$/],
    [1, ['produce', 'nope', '--images', junction], /^headwater: topic nope does not exist/],
    [1, ['produce', 'camera-frames', '--images', '/no/such'], /^headwater: \/no\/such matches no file/],
    [1, ['produce', 'labels', '--jsonl', '/no/such'], /^headwater: \/no\/such cannot be read: ENOENT/],
    [1, ['groups', 'nope'], /^headwater: group nope has committed nothing in LocalLog/],
    [1, ['schemas', 'nope'], /^headwater: the schema registry has no subject nope/],
    [1, ['run', 'nope'], /^headwater: topology "nope" cannot be loaded: .*\(score, featurize, predict, retrain, teach\)/],
    [1, ['topics', 'create', 'a b'], /^headwater: "a b" is no topic name/],
    [2, ['tail', 'labels', '--from', 'there'], /Expected earliest, latest or an offset, got "there"/],
    [2, ['tail', 'labels', '--limit', '0'], /Expected a whole number from 1, got "0"/],
    [2, ['produce', 'labels'], /give either --images or --jsonl/],
    [2, ['produce', 'labels', '--jsonl', 'x', '--rate', '-1'], /Expected a number above 0, got "-1"/],
    [2, ['produce', 'labels', '--images', 'x', '--from-time', 'soon'], /Expected a time such as/],
    [2, ['tial', 'labels'], /unknown command 'tial'/],
    [2, ['tail', 'labels', '--form', '1'], /unknown option '--form'/],
  ])('%i: %j', async (code, argv, message) => {
    const failed = await headwater(...argv);
    expect(failed).toMatchObject({ code, out: '' });
    expect(failed.err).toMatch(message);
    expect(failed.err).not.toMatch(/\n +at /);
  });

  it.each([
    ['{"value":', 'it is no JSON'],
    ['[1]', 'expected an object with a "value"'],
    ['{"value":{},"key":1}', 'expected a key of text, got 1'],
    ['{"value":{},"timestamp":"now"}', 'expected a timestamp in milliseconds since 1970, got "now"'],
    ['{"value":{"camera":1}}', 'camera must be a text of 1 to 200 letters, got 1'],
  ])('a line like %s names its file and line', async (line, problem) => {
    const file = join(folder, 'bad.jsonl');
    await writeFile(file, `\n${line}\n`);
    const { code, err } = await headwater('produce', 'labels', '--jsonl', file);
    expect(code).toBe(1);
    expect(err).toContain(`headwater: ${file}, line 2: ${problem}`);
  });
});

it('explains every command with an example', async () => {
  const commands: string[][] = [[]];
  for (const command of commands) {
    const { code, out } = await headwater(...command, '--help');
    expect(code, command.join(' ')).toBe(0);
    expect(out).toContain('--log <location>');
    if (command.length > 0) expect(out, command.join(' ')).toMatch(new RegExp(`Examples?:\\n {2}headwater ${command[0]}`));
    const own = out.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '';
    for (const [, name] of own.matchAll(/^ {2}([a-z]+)/gm)) if (name !== 'help') commands.push([...command, name!]);
  }
  expect(commands.length).toBeGreaterThan(25);
});

it('shows where groups stand', async () => {
  expect((await headwater('groups')).out).toBe('GROUP  TOPIC  PARTITION  COMMITTED  LAG\n');
});
