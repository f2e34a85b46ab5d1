import { isError } from '../errors.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { LabelEvent } from './label-event.js';
import { parsePredictionId } from './prediction-id.js';
import { readFrame } from './read-frame.js';
import { regionKey } from './region-key.js';
import type { Outgoing } from './topic-writer.js';

/** Letters of a text at most. */
const longest = 200;
const fields = ['camera', 'region', 'capturedAt', 'label', 'predictionId', 'source', 'labelledAt'] as const;
type Field = (typeof fields)[number];

type Sighting = Pick<LabelEvent, 'camera' | 'region' | 'capturedAt'>;

/** A label as JSON says it: of a region at a time, or of the prediction that it judges. */
export interface GivenLabel {
  readonly label: string;
  /** Absent where only `predictionId` says what is labelled. */
  readonly sighting?: Sighting;
  readonly predictionId: string | null;
  readonly source?: string;
  readonly labelledAt?: number;
}

/** What is wrong with a label. */
export class LabelProblem extends Error {}

/** Reads a label of camera, region and capturedAt, or of a predictionId. Throws LabelProblem. */
export function parseLabel(json: unknown): GivenLabel {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new LabelProblem(`expected an object, got ${shown(json)}`);
  const given = json as Readonly<Record<string, unknown>>;
  const stranger = Object.keys(given).find((field) => !(fields as readonly string[]).includes(field));
  if (stranger !== undefined) throw new LabelProblem(`unknown field "${stranger}", known are ${fields.join(', ')}`);
  const has = (field: Field): boolean => given[field] !== undefined && given[field] !== null;
  const text = (field: Field): string => {
    const value = given[field];
    if (typeof value === 'string' && value.trim() !== '' && value.length <= longest) return value;
    throw new LabelProblem(`${field} must be a text of 1 to ${longest} letters, got ${shown(value)}`);
  };
  const time = (field: Field): number => {
    const value = given[field];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw new LabelProblem(`${field} must be whole milliseconds since 1970, got ${shown(value)}`);
  };
  const byPrediction = has('predictionId') && !has('camera') && !has('region') && !has('capturedAt');
  return {
    ...(!byPrediction && { sighting: { camera: text('camera'), region: text('region'), capturedAt: time('capturedAt') } }),
    label: text('label'),
    predictionId: has('predictionId') ? text('predictionId') : null,
    ...(has('source') && { source: text('source') }),
    ...(has('labelledAt') && { labelledAt: time('labelledAt') }),
  };
}

/** Who gives labels, and when, where they do not say it themselves. */
export interface Labeller {
  readonly source: string;
  readonly labelledAt: number;
}

/** The record of a given label, under the key of its region. Throws LabelProblem, also where the frame of its prediction is gone. */
export async function placeLabel(
  { log, registry }: { readonly log: Log; readonly registry: SchemaRegistry },
  given: GivenLabel,
  labeller: Labeller,
): Promise<Outgoing<LabelEvent>> {
  const { label, predictionId, source = labeller.source, labelledAt = labeller.labelledAt } = given;
  const sighting = given.sighting ?? (await sightingOf(log, registry, predictionId ?? ''));
  const value = { ...sighting, label, source, predictionId, labelledAt };
  return { key: regionKey(value.camera, value.region), value, timestamp: labelledAt };
}

async function sightingOf(log: Log, registry: SchemaRegistry, predictionId: string): Promise<Sighting> {
  const named = parsePredictionId(predictionId);
  if (!named) throw new LabelProblem(`predictionId must be TOPIC-PARTITION-OFFSET/REGION, got ${shown(predictionId)}`);
  const { camera, capturedAt } = await readFrame(log, registry, named.frame).catch((reason: unknown) => {
    throw isError(reason, 'HW_FRAME_UNKNOWN') ? new LabelProblem(`the frame of ${predictionId} is not kept`) : reason;
  });
  return { camera, region: named.region, capturedAt };
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
