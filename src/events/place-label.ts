import { isError } from '../errors.js';
import type { Log } from '../log/log.js';
import type { SchemaRegistry } from '../serde/registry.js';
import type { LabelEvent } from './label-event.js';
import { LabelProblem, type GivenLabel, type Sighting } from './parse-label.js';
import { parsePredictionId } from './prediction-id.js';
import { readFrame } from './read-frame.js';
import { regionKey } from './region-key.js';
import type { Outgoing } from './topic-writer.js';

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
  if (!named) throw new LabelProblem(`predictionId must be TOPIC-PARTITION-OFFSET/REGION, got "${predictionId}"`);
  const { camera, capturedAt } = await readFrame(log, registry, named.frame).catch((reason: unknown) => {
    throw isError(reason, 'HW_FRAME_UNKNOWN') ? new LabelProblem(`the frame of ${predictionId} is not kept`) : reason;
  });
  return { camera, region: named.region, capturedAt };
}
