import type { Type } from 'avsc';

/** Which field of `value` does not fit `type`, and how; nothing where all fit. */
export function invalidField(type: Type, value: unknown): string | undefined {
  let first: string | undefined;
  type.isValid(value, {
    errorHook(path, got: unknown, expected) {
      first ??= `${path.join('.') || 'the value'} is ${shown(got)}, expected ${nameOf(expected)}`;
    },
  });
  return first;
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function nameOf(type: Type): string {
  if (type.typeName.startsWith('union')) return (type as Type & { types: Type[] }).types.map(nameOf).join(' or ');
  return type.name ?? type.typeName;
}
