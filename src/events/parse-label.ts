/** Letters of a text at most. */
const longest = 200;
const fields = ['camera', 'region', 'capturedAt', 'label', 'predictionId', 'source', 'labelledAt'] as const;
type Field = (typeof fields)[number];

/** A region at the time of a frame. */
export interface Sighting {
  readonly camera: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly capturedAt: number;
}

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

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
