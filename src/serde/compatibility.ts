import { reasonOf } from '../errors.js';
import { avroType } from './avro-types.js';
import type { Compatibility } from './registry.js';

export const compatibilityLevels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const satisfies readonly Compatibility[];

export interface VersionedSchema {
  readonly version: number;
  readonly schema: string;
}

/**
 * Why `schema` may not follow `earlier` (oldest first) under `level`; nothing where it may. Backward: it reads what they wrote; forward:
 * they read what it writes. Decided by Avro's schema resolution, as Confluent's registry does.
 */
export function incompatibility(level: Compatibility, schema: string, earlier: readonly VersionedSchema[]): string | undefined {
  const next = avroType(schema);
  for (const { version, schema: before } of level.endsWith('_TRANSITIVE') ? earlier : earlier.slice(-1)) {
    const previous = avroType(before);
    const backward = /^(BACKWARD|FULL)/.test(level) ? unreadable(next, previous) : undefined;
    if (backward !== undefined) return `it cannot read what version ${version} wrote (${backward})`;
    const forward = /^(FORWARD|FULL)/.test(level) ? unreadable(previous, next) : undefined;
    if (forward !== undefined) return `version ${version} cannot read what it writes (${forward})`;
  }
  return undefined;
}

function unreadable(reader: ReturnType<typeof avroType>, writer: ReturnType<typeof avroType>): string | undefined {
  try {
    reader.createResolver(writer);
    return undefined;
  } catch (reason) {
    return reasonOf(reason);
  }
}
