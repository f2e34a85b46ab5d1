import { Password, type ConfigType } from './types.js';

const bounds = { SHORT: [-32_768n, 32_767n], INT: [-2_147_483_648n, 2_147_483_647n], LONG: [-(2n ** 63n), 2n ** 63n - 1n] } as const;

/** Why a text is no value of its type, in ConfigDef's words. */
export class ConfigParseError extends Error {}

/** Parses the text of a property as Kafka's ConfigDef does; null stays null. Throws ConfigParseError. */
export function parseValue(name: string, text: unknown, type: ConfigType): unknown {
  if (text === null || text === undefined) return null;
  if (text instanceof Password) return text;
  if (Array.isArray(text)) return text;
  const trimmed = (typeof text === 'string' ? text : JSON.stringify(text)).trim();
  switch (type) {
    case 'BOOLEAN':
      if (/^true$/i.test(trimmed)) return true;
      if (/^false$/i.test(trimmed)) return false;
      throw invalid(name, trimmed, 'Expected value to be either true or false');
    case 'PASSWORD':
      return new Password(trimmed);
    case 'LIST':
      return trimmed === '' ? [] : trimmed.split(/\s*,\s*/);
    case 'INT':
    case 'SHORT':
    case 'LONG':
      return integer(name, trimmed, type);
    case 'DOUBLE': {
      const number = trimmed === '' ? Number.NaN : Number(trimmed);
      if (Number.isNaN(number)) throw invalid(name, trimmed, 'Not a number of type DOUBLE');
      return number;
    }
    case 'STRING':
    case 'CLASS':
      return trimmed;
  }
}

/** A parsed value as the text that the REST interface shows; secrets stay hidden. */
export function valueText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.join(',');
  return value instanceof Password || typeof value === 'string' ? value.toString() : JSON.stringify(value);
}

function integer(name: string, text: string, type: keyof typeof bounds): number {
  if (/^[+-]?\d+$/.test(text)) {
    const exact = BigInt(text.replace('+', ''));
    if (exact >= bounds[type][0] && exact <= bounds[type][1]) return Number(exact);
  }
  throw invalid(name, text, `Not a number of type ${type}`);
}

/** ConfigDef's sentence for a value that does not fit. */
export function invalidValue(name: string, value: unknown, problem: string): string {
  return `Invalid value ${valueText(value) ?? 'null'} for configuration ${name}: ${problem}`;
}

function invalid(name: string, value: unknown, problem: string): ConfigParseError {
  return new ConfigParseError(invalidValue(name, value, problem));
}
