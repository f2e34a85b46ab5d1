import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('loads neither models nor picture libraries: a worker keeps its memory for records', async () => {
  const script = "await import('./dist/connectors/manifest.js'); console.log(process.report.getReport().sharedObjects.join('\\n'));";
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout).toMatch(/\/libc\.|\.dylib|\.dll/);
  expect(stdout.split('\n').filter((library) => /sharp|vips|onnxruntime|jpeg-turbo|lmdb/.test(library))).toEqual([]);
});
