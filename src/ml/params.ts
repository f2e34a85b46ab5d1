/** What a parameter accepts: the words stand in the error message. */
export interface Check {
  readonly expected: string;
  readonly holds: (value: unknown) => boolean;
}

/** One parameter of a stage: without a default it may be left out only when `optional`. */
export interface Param<T> {
  readonly doc: string;
  readonly check: Check;
  readonly default?: T;
  readonly optional?: boolean;
}

export type Declarations<P extends object> = { readonly [K in keyof P]-?: Param<Exclude<P[K], undefined>> };

/** A value for one parameter of one stage, named by its uid, so that it still fits after the stage was copied or put into a pipeline. */
export interface ParamSetting {
  readonly stage: string;
  readonly name: string;
  readonly value: unknown;
}

/** Values for parameters of any number of stages: one point of a grid. */
export type ParamMap = readonly ParamSetting[];

/** `regParam=0.1, elasticNetParam=0`: a grid point in words. */
export function describeParamMap(paramMap: ParamMap): string {
  return paramMap.map(({ name, value }) => `${name}=${describeValue(value)}`).join(', ') || '(defaults)';
}

/** A parameter's value in one short line, whatever it is. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'function' && !('toJSON' in value)) return `function ${value.name || '(anonymous)'}`;
  if (typeof value === 'object' && value !== null && 'uid' in value) return String(value.uid);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'number' && !Number.isFinite(each) ? String(each) : each));
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);

export const checks = {
  string: { expected: 'a non-empty string', holds: (value) => typeof value === 'string' && value !== '' },
  boolean: { expected: 'true or false', holds: (value) => typeof value === 'boolean' },
  function: { expected: 'a function', holds: (value) => typeof value === 'function' },
  object: { expected: 'an object', holds: (value) => typeof value === 'object' && value !== null },
  strings: {
    expected: 'a non-empty list of strings',
    holds: (value) => Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string'),
  },
  integer: { expected: 'an integer', holds: (value) => Number.isSafeInteger(value) },
} as const satisfies Record<string, Check>;

export const atLeast = (low: number): Check => ({ expected: `a number >= ${low}`, holds: (value) => isNumber(value) && value >= low });

export const above = (low: number): Check => ({ expected: `a number > ${low}`, holds: (value) => isNumber(value) && value > low });

export const between = (low: number, high: number): Check => ({
  expected: `a number in [${low}, ${high}]`,
  holds: (value) => isNumber(value) && value >= low && value <= high,
});

export const integerFrom = (low: number): Check => ({
  expected: `an integer >= ${low}`,
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= low,
});

export const oneOf = (...values: readonly string[]): Check => ({
  expected: `one of ${values.join(', ')}`,
  holds: (value) => values.includes(value as string),
});
