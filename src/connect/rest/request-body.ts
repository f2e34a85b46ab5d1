import { valueText, type Properties } from '../../config/index.js';
import { error, reasonOf } from '../../errors.js';
import type { AlteredOffsets } from '../connector.js';
import { isPlainMap } from '../data/struct.js';
import type { TargetState } from '../state/config-store.js';

export interface CreateRequest {
  readonly name: string;
  readonly config: Properties;
  readonly target?: TargetState;
}

const STATES: Readonly<Record<string, TargetState>> = { RUNNING: 'STARTED', PAUSED: 'PAUSED', STOPPED: 'STOPPED' };

/** The body of POST /connectors. What is no such body is an internal error, as the real worker has it. */
export function createRequest(raw: unknown): CreateRequest {
  const body = object(raw, ['name', 'config', 'initial_state']);
  const name = typeof body.name === 'string' ? body.name.trim() : '';
  if (body.config === null || body.config === undefined) throw wrong('the connector configuration is null');
  const config = withName(properties(body.config), name);
  if (body.initial_state === null || body.initial_state === undefined) return { name, config };
  const asked = valueText(body.initial_state) ?? '';
  const target = STATES[asked.toUpperCase()];
  if (!target) throw wrong(`initial_state ${asked} is none of RUNNING, PAUSED, STOPPED`);
  return { name, config, target };
}

/** A configuration of a connector whose name is in the URL. */
export function connectorConfig(raw: unknown, name: string): Properties {
  return withName(properties(object(raw)), name);
}

/** A map of texts; numbers and booleans become texts. */
export function properties(value: unknown): Properties {
  if (!isPlainMap(value)) throw wrong('a configuration must be a JSON object');
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      if (typeof entry === 'object' && entry !== null) throw wrong(`the value of ${key} must be a text, not an object or a list`);
      return [key, valueText(entry)];
    }),
  );
}

/** The body of PATCH /connectors/{name}/offsets. */
export function alteredOffsets(raw: unknown): AlteredOffsets {
  const { offsets } = object(raw, ['offsets']);
  if (offsets === undefined || offsets === null) return [];
  if (!Array.isArray(offsets)) throw wrong('offsets must be a list');
  return offsets.map((entry: unknown) => {
    if (!isPlainMap(entry) || !isPlainMap(entry.partition)) throw wrong('each offset needs a partition');
    return { partition: entry.partition, offset: isPlainMap(entry.offset) ? entry.offset : null };
  });
}

/** The body as a JSON object with none but the known fields. */
export function object(raw: unknown, fields?: readonly string[]): Record<string, unknown> {
  const value = parse(raw);
  if (!isPlainMap(value)) throw wrong('the request needs a JSON object as its body');
  const unknown = Object.keys(value).find((key) => fields && !fields.includes(key));
  if (unknown !== undefined) throw wrong(`Unrecognized field "${unknown}", known are ${fields?.join(', ') ?? ''}`);
  return value;
}

function parse(raw: unknown): unknown {
  if (typeof raw !== 'string' || raw === '') return undefined;
  try {
    return JSON.parse(raw) as unknown;
  } catch (thrown) {
    throw wrong(reasonOf(thrown));
  }
}

function withName(config: Properties, name: string): Properties {
  const own = config.name ?? name;
  if (own !== name) {
    throw error('HW_CONNECT_BAD_REQUEST', {
      problem: `Connector name configuration (${own}) doesn't match connector name in the URL (${name})`,
    });
  }
  return { ...config, name };
}

function wrong(problem: string): Error {
  return error('HW_CONNECT_INTERNAL', { problem });
}
