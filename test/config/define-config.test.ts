import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineConfig, Password, validators, type ConfigOf } from '../../src/config/index.js';
import { isError } from '../../src/errors.js';

const config = defineConfig({
  file: { type: 'STRING', default: null, importance: 'HIGH', doc: 'File to read.' },
  topic: { type: 'STRING', importance: 'HIGH', doc: 'Where to.', validator: validators.nonEmpty },
  'batch.size': { type: 'INT', default: 2000, doc: 'Records a poll.', validator: validators.inRange(1) },
  fields: { type: 'LIST', default: '', doc: 'Fields.' },
  token: { type: 'PASSWORD', default: null, doc: 'Secret.' },
});

describe('defineConfig', () => {
  it('infers the type from the keys', () => {
    expectTypeOf<ConfigOf<typeof config>>().toEqualTypeOf<{
      readonly file: string | null;
      readonly topic: string;
      readonly 'batch.size': number;
      readonly fields: readonly string[];
      readonly token: Password | null;
    }>();
  });

  it('fills in defaults and parses text', () => {
    const parsed = config.parse({ topic: ' lines ', fields: 'a, b,c' });
    expect(parsed).toEqual({ file: null, topic: 'lines', 'batch.size': 2000, fields: ['a', 'b', 'c'], token: null });
    expect(Object.isFrozen(parsed)).toBe(true);
  });

  it('reports every problem in the words of ConfigDef', () => {
    const errors = config.validate({ 'batch.size': 'many' }).flatMap((value) => value.errors);
    expect(errors).toEqual([
      'Missing required configuration "topic" which has no default value.',
      'Invalid value many for configuration batch.size: Not a number of type INT',
      'Invalid value null for configuration batch.size: Value must be non-null',
    ]);
    expect(() => config.parse({ 'batch.size': '0' })).toThrow('Value must be at least 1');
    try {
      config.parse({});
    } catch (thrown) {
      expect(isError(thrown, 'HW_CONFIG')).toBe(true);
    }
  });

  it.each([
    ['2147483648', 'INT', 'Not a number of type INT'],
    ['32768', 'SHORT', 'Not a number of type SHORT'],
    ['9223372036854775808', 'LONG', 'Not a number of type LONG'],
    ['1.5', 'INT', 'Not a number of type INT'],
    ['yes', 'BOOLEAN', 'Expected value to be either true or false'],
    ['', 'DOUBLE', 'Not a number of type DOUBLE'],
  ] as const)('refuses %s as %s', (text, type, problem) => {
    expect(defineConfig({ x: { type, doc: '' } }).validate({ x: text })[0]?.errors[0]).toContain(problem);
  });

  it('never shows a secret', () => {
    const parsed = config.parse({ topic: 't', token: 'hush' });
    expect(JSON.stringify(parsed)).not.toContain('hush');
    expect(parsed.token?.reveal()).toBe('hush');
    expect(config.validate({ topic: 't', token: 'hush' }).at(-1)?.value).toBe('[hidden]');
  });

  it('describes keys as the REST interface does', () => {
    expect(config.describe()[2]).toEqual({
      name: 'batch.size',
      type: 'INT',
      required: false,
      default_value: '2000',
      importance: 'MEDIUM',
      documentation: 'Records a poll.',
      group: null,
      order_in_group: -1,
      width: 'NONE',
      display_name: 'batch.size',
      dependents: [],
    });
  });

  it('writes help and a docs table', () => {
    expect(config.help()).toContain('topic  (string, required)\n      Where to.');
    expect(config.markdown()).toContain('| `batch.size` | int | 2000 | Records a poll. |');
  });
});
