import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import * as headwater from 'headwater';

/** What the transfer learning example of README.md, with a line that tells its scores, says of the pictures. */
export interface ExampleScores {
  /** Mean accuracy over the folds, a point of the grid. */
  readonly accuracies: readonly number[];
  readonly stages: number;
}

/** Runs the transfer learning example within `folder`, which holds `photos`, with a line that prints the result. */
export async function runReadmeExample(folder: string): Promise<ExampleScores> {
  const told = 'console.log(JSON.stringify({ accuracies: model.avgMetrics, stages: model.bestModel.stages.length }));';
  return JSON.parse(await runReadmeLines('Transfer learning', folder, told)) as ExampleScores;
}

/**
 * Runs the first example under a heading as README.md prints it, in a process of its own within `folder`, and gives what it printed. Only the import
 * that the page leaves out and the lines `more` are added.
 */
export async function runReadmeLines(heading: string, folder: string, more = ''): Promise<string> {
  const page = await readFile('README.md', 'utf8');
  const [, example] = new RegExp(`## ${heading}[^]*?\`\`\`ts\n([^]*?)\`\`\``).exec(page)!;
  const names = Object.keys(headwater).filter((name) => new RegExp(`\\b${name}\\(`).test(example!));
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(process.cwd(), path.join(folder, 'node_modules', 'headwater'));
  await writeFile(path.join(folder, 'example.mjs'), `import { ${names.join(', ')} } from 'headwater';\n${example!}${more}\n`);
  const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder });
  return stdout;
}
