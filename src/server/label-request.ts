import { error } from '../errors.js';
import { LabelProblem, parseLabel } from '../events/parse-label.js';
import { placeLabel } from '../events/place-label.js';
import { LabelEvent } from '../events/label-event.js';
import { topicWriter } from '../events/topic-writer.js';
import type { Appended } from '../log/log.js';
import type { Surroundings } from './surroundings.js';

/** Labels in one request at most. */
const most = 1000;

/** Writes labels that a person gives, one or a list, all or none of them. Throws HW_LABEL for what is none. */
export async function giveLabels({ log, registry, clock }: Surroundings, body: unknown): Promise<Appended[]> {
  const list: readonly unknown[] = Array.isArray(body) ? body : [body];
  if (list.length === 0 || list.length > most) {
    throw error('HW_LABEL', { index: 0, problem: `expected 1 to ${most} labels, got ${list.length}` });
  }
  const labeller = { source: 'dashboard', labelledAt: clock.now() };
  const write = topicWriter({ log, registry, topic: 'labels', format: LabelEvent });
  const place = async (json: unknown, index: number) => {
    try {
      return await placeLabel({ log, registry }, parseLabel(json), labeller);
    } catch (reason) {
      throw reason instanceof LabelProblem ? error('HW_LABEL', { index, problem: reason.message }, reason) : reason;
    }
  };
  return write(await Promise.all(list.map(place)));
}
