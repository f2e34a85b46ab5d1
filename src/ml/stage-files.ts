import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { error, reasonOf } from '../errors.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import type { Snapshot, Stage } from './stage.js';

type Restore = (snapshot: Snapshot) => Stage;
const restorers = new Map<string, Restore>();

interface Metadata {
  readonly format: 1;
  readonly type: string;
  readonly uid: string;
  readonly options: Record<string, unknown>;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly stages: string[];
}

/** Makes a type of stage loadable; `restore` makes the stage of a snapshot. */
export function registerStage(type: string, restore: Restore): void {
  restorers.set(type, restore);
}

/**
 * Saves a stage as a directory: `metadata.json`, `learned.safetensors` where it learned something large, and one directory for each stage
 * within. It appears whole or not at all. Throws HW_PATH_EXISTS unless `overwrite`, HW_STAGE_NOT_SAVABLE for a parameter that is a function.
 */
export async function saveStage(stage: Stage, path: string, { overwrite = false } = {}): Promise<void> {
  if (existsSync(path) && !overwrite) throw error('HW_PATH_EXISTS', { path });
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${String(process.pid)}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  try {
    await write(stage, temporary);
    await rm(path, { recursive: true, force: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Loads what `save` saved, as a stage of the given class. Throws HW_STAGE_FILE where the directory holds no stage or one of another
 * class, HW_STAGE_UNKNOWN where its type was never imported.
 */
export async function loadStage<S extends Stage>(path: string, type: abstract new (...parameters: never[]) => S): Promise<S> {
  const stage = await read(path);
  if (!(stage instanceof type)) throw error('HW_STAGE_FILE', { path, problem: `it is a ${stage.spec.type}, no ${type.name}` });
  stage.validate();
  return stage;
}

async function read(path: string): Promise<Stage> {
  let metadata: Metadata;
  try {
    metadata = JSON.parse(await readFile(join(path, 'metadata.json'), 'utf8'), withOddNumbers) as Metadata;
  } catch (thrown) {
    throw error('HW_STAGE_FILE', { path, problem: reasonOf(thrown) }, thrown);
  }
  const restore = restorers.get(metadata.type);
  if (restore === undefined) throw error('HW_STAGE_UNKNOWN', { type: metadata.type, path });
  const learned = join(path, 'learned.safetensors');
  const stages: Stage[] = [];
  for (const name of metadata.stages) stages.push(await read(join(path, name)));
  const { uid, options, values } = metadata;
  const tensors = existsSync(learned) ? decodeSafetensors(await readFile(learned)) : {};
  return restore({ uid, options, stages, tensors, ...(values && { values }) });
}

async function write(stage: Stage, path: string): Promise<void> {
  const { uid, options, values, tensors, stages = [] } = stage.snapshot();
  const unsavable = Object.entries(options).find(([, value]) => typeof value === 'function' && !('toJSON' in value));
  if (unsavable) throw error('HW_STAGE_NOT_SAVABLE', { stage: stage.spec.type, param: unsavable[0] });
  const names = stages.map((child, index) => `${String(index)}_${child.spec.type}`);
  const metadata: Metadata = { format: 1, type: stage.spec.type, uid, options, ...(values && { values }), stages: names };
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'metadata.json'), `${JSON.stringify(metadata, oddNumbersNamed, 2)}\n`);
  if (tensors && Object.keys(tensors).length > 0) await writeFile(join(path, 'learned.safetensors'), encodeSafetensors(tensors));
  for (const [index, child] of stages.entries()) await write(child, join(path, names[index]!));
}

/** JSON has no NaN, which a failed point of a search scores, and no Infinity, which a norm may be. */
function oddNumbersNamed(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { $number: String(value) } : value;
}

function withOddNumbers(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$number' in value ? Number(value.$number) : value;
}
