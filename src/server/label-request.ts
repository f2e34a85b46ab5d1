import { error } from '../errors.js';
import { LabelEvent } from '../events/label-event.js';
import { regionKey } from '../events/region-key.js';
import { topicWriter } from '../events/topic-writer.js';
import type { Appended } from '../log/log.js';
import type { Surroundings } from './surroundings.js';

/** Labels in one request at most. */
const most = 1000;
/** Letters of a text at most. */
const longest = 200;
const fields = ['camera', 'region', 'capturedAt', 'label', 'predictionId', 'source'] as const;

/** Writes labels that a person gives, one or a list, all or none of them. Throws HW_LABEL for what is none. */
export async function giveLabels({ log, registry, clock }: Surroundings, body: unknown): Promise<Appended[]> {
  const labels = parseLabels(body, clock.now());
  const write = topicWriter({ log, registry, topic: 'labels', format: LabelEvent });
  return write(labels.map((value) => ({ key: regionKey(value.camera, value.region), value, timestamp: value.labelledAt })));
}

/** Label events from the JSON of a request; `labelledAt` is when it came. Throws HW_LABEL. */
function parseLabels(body: unknown, labelledAt: number): LabelEvent[] {
  const list: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (list.length === 0 || list.length > most) throw wrong(0, `expected 1 to ${most} labels, got ${list.length}`);
  return list.map((entry, index) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      throw wrong(index, `expected an object, got ${shown(entry)}`);
    }
    const given = entry as Readonly<Record<string, unknown>>;
    const stranger = Object.keys(given).find((field) => !(fields as readonly string[]).includes(field));
    if (stranger !== undefined) throw wrong(index, `unknown field "${stranger}", known are ${fields.join(', ')}`);
    const text = (field: (typeof fields)[number]): string => {
      const value = given[field];
      if (typeof value === 'string' && value.trim() !== '' && value.length <= longest) return value;
      throw wrong(index, `${field} must be a text of 1 to ${longest} letters, got ${shown(value)}`);
    };
    const { capturedAt, predictionId = null, source = 'dashboard' } = given;
    if (typeof capturedAt !== 'number' || !Number.isSafeInteger(capturedAt) || capturedAt < 0) {
      throw wrong(index, `capturedAt must be whole milliseconds since 1970, got ${shown(capturedAt)}`);
    }
    return {
      camera: text('camera'),
      region: text('region'),
      capturedAt,
      label: text('label'),
      source: source === 'dashboard' ? source : text('source'),
      predictionId: predictionId === null ? null : text('predictionId'),
      labelledAt,
    };
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function wrong(index: number, problem: string): Error {
  return error('HW_LABEL', { index, problem });
}
