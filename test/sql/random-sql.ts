import fc, { type Arbitrary } from 'fast-check';

/** Columns of a table, by the type of their values in PostgreSQL. */
export const columns = { a: 'float8', b: 'float8', s: 'text', u: 'text', f: 'boolean', g: 'boolean' } as const;
export type TableRow = { id: number } & Record<keyof typeof columns, unknown>;

const number = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -60, max: 60 }).map((n) => n / 4),
);
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', ' ', '-', 'ä', '1'), maxLength: 6 });
const orNull = <T>(value: Arbitrary<T>) => fc.option(value, { freq: 4 });

export const tableRows: Arbitrary<TableRow[]> = fc
  .array(
    fc.record({ a: orNull(number), b: orNull(number), s: orNull(text), u: orNull(text), f: orNull(fc.boolean()), g: orNull(fc.boolean()) }),
    { minLength: 3, maxLength: 14 },
  )
  .map((rows) => rows.map((row, id) => ({ id, ...row })));

interface Expressions {
  readonly number: Arbitrary<string>;
  readonly text: Arbitrary<string>;
  readonly boolean: Arbitrary<string>;
}

const quoted = (value: string) => `'${value.replaceAll("'", "''")}'`;
const small = fc.integer({ min: 0, max: 5 });

/** Random expressions that both sides can compute: nothing that is an error, or of another type there (`7 / 2`, `x % y` of doubles). */
export function expressions(prefix: string, depth: number): Expressions {
  const leaf: Expressions = {
    number: fc.oneof(
      fc.constantFrom(`${prefix}a`, `${prefix}b`),
      number.map((n) => `(${n})::float8`),
      fc.constant('NULL::float8'),
    ),
    text: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(`${prefix}s`, `${prefix}u`) },
      { weight: 2, arbitrary: text.map((t) => `${quoted(t)}::text`) },
      { weight: 1, arbitrary: fc.constant('NULL::text') },
    ),
    boolean: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(`${prefix}f`, `${prefix}g`) },
      { weight: 1, arbitrary: fc.constantFrom('TRUE::boolean', 'FALSE::boolean', 'NULL::boolean') },
    ),
  };
  if (depth === 0) return leaf;
  const inner = expressions(prefix, depth - 1);
  const [n, t, p] = [inner.number, inner.text, inner.boolean];
  const of = (parts: Arbitrary<string>[], write: (...texts: string[]) => string) => fc.tuple(...parts).map((texts) => write(...texts));
  const any = fc.constantFrom('number', 'text', 'boolean').chain((kind) => fc.tuple(inner[kind], inner[kind]));
  const comparison = fc.constantFrom('=', '<>', '<', '<=', '>', '>=');
  const pattern = fc
    .array(fc.constantFrom('%', '_', 'a', 'b', 'A', '\\%', '-', '1'), { maxLength: 5 })
    .map((parts) => quoted(parts.join('')));
  return {
    number: fc.oneof(
      leaf.number,
      of([n, fc.constantFrom('+', '-', '*'), n], (x, op, y) => `${x} ${op} ${y}`).map((sql) => `(${sql})`),
      // Without parentheses: precedence is the parser's affair.
      fc
        .tuple(leaf.number, fc.constantFrom('+', '-', '*'), leaf.number, fc.constantFrom('+', '-', '*'), leaf.number)
        .map((parts) => `(${parts.join(' ')})`),
      of([n, n], (x, y) => `(${x} / NULLIF(${y}, 0))`),
      of([n, n], (x, y) => `mod(round(${x})::int, NULLIF(round(${y})::int, 0))::float8`),
      of([n], (x) => `(- ${x})`),
      of([fc.constantFrom('abs', 'floor', 'ceil', 'round', 'trunc', 'sign'), n], (name, x) => `${name}(${x})`),
      of([n], (x) => `sqrt(abs(${x}))`),
      of([n], (x) => `ln(abs(${x}) + 1)`),
      of([n], (x) => `exp(- abs(${x}))`),
      of([n], (x) => `power(${x}, 2)`),
      of([fc.constantFrom('greatest', 'least', 'coalesce'), n, n, n], (name, x, y, z) => `${name}(${x}, ${y}, ${z})`),
      of([n, n], (x, y) => `nullif(${x}, ${y})`),
      of([p, n, n], (when, x, y) => `CASE WHEN ${when} THEN ${x} ELSE ${y} END`),
      of([n, n, n], (x, y, z) => `CASE ${x} WHEN ${y} THEN ${z} END`),
      of([t], (x) => `length(${x})::float8`),
      of([t, t], (x, y) => `strpos(${x}, ${y})::float8`),
      of([n], (x) => `CAST(round(${x}) AS int)::float8`),
    ),
    text: fc.oneof(
      leaf.text,
      of([fc.constantFrom('lower', 'upper', 'trim', 'ltrim', 'rtrim'), t], (name, x) => `${name}(${x})`),
      of([t, t], (x, y) => `(${x} || ${y})`),
      of([t, t], (x, y) => `concat(${x}, ${y})`),
      of([t, t, t], (x, y, z) => `replace(${x}, ${y}, ${z})`),
      fc.tuple(t, fc.integer({ min: -2, max: 5 }), small).map(([x, start, count]) => `substring(${x}, ${start}, ${count})`),
      fc.tuple(t, small, small).map(([x, start, count]) => `substring(${x} FROM ${start} FOR ${count})`),
      fc.tuple(fc.constantFrom('left', 'right'), t, fc.integer({ min: -4, max: 4 })).map(([name, x, count]) => `${name}(${x}, ${count})`),
      fc.tuple(t, fc.constantFrom(-2, -1, 1, 2)).map(([x, place]) => `split_part(${x}, '-', ${place})`),
      of([fc.constantFrom('greatest', 'least', 'coalesce'), t, t], (name, x, y) => `${name}(${x}, ${y})`),
      of([p, t, t], (when, x, y) => `CASE WHEN ${when} THEN ${x} ELSE ${y} END`),
      of([leaf.number], (x) => `CAST(${x} AS text)`),
      of([p], (x) => `CAST(${x} AS text)`),
    ),
    boolean: fc.oneof(
      leaf.boolean,
      fc.tuple(any, comparison).map(([[x, y], op]) => `(${x} ${op} ${y})`),
      of([p, fc.constantFrom('AND', 'OR'), p], (x, op, y) => `(${x} ${op} ${y})`),
      fc
        .tuple(leaf.boolean, fc.constantFrom('AND', 'OR', 'AND NOT', 'OR NOT'), leaf.boolean, fc.constantFrom('AND', 'OR'), leaf.boolean)
        .map((parts) => `(${parts.join(' ')})`),
      of([p], (x) => `(NOT ${x})`),
      fc.tuple(any, fc.constantFrom('IS NULL', 'IS NOT NULL')).map(([[x], op]) => `(${x} ${op})`),
      of([p, fc.constantFrom('IS TRUE', 'IS FALSE', 'IS NOT TRUE', 'IS NOT FALSE')], (x, op) => `(${x} ${op})`),
      fc.tuple(any, any, fc.constantFrom('IN', 'NOT IN')).chain(([[x, y], , op]) => fc.constant(`(${x} ${op} (${y}))`)),
      of([n, fc.constantFrom('IN', 'NOT IN'), n, n, n], (x, op, ...list) => `(${x} ${op} (${list.join(', ')}))`),
      of([n, fc.constantFrom('BETWEEN', 'NOT BETWEEN'), n, n], (x, op, low, high) => `(${x} ${op} ${low} AND ${high})`),
      of([t, fc.constantFrom('LIKE', 'NOT LIKE', 'ILIKE'), pattern], (x, op, like) => `(${x} ${op} ${like})`),
      of([n, n, n], (x, y, z) => `(${x} = ANY(ARRAY[${y}, ${z}]))`),
      of([t, t], (x, y) => `starts_with(${x}, ${y})`),
      fc.tuple(any).map(([[x, y]]) => `coalesce(${x} = ${y}, FALSE)`),
    ),
  };
}

const nulls = fc.constantFrom('', ' NULLS FIRST', ' NULLS LAST');
const direction = fc.constantFrom('', ' ASC', ' DESC');
const anyOf = ({ number: n, text: t, boolean: p }: Expressions) => fc.oneof(n, t, p);
const order = (by: Arbitrary<string>) => fc.tuple(by, direction, nulls).map(([key, way, first]) => `${key}${way}${first}`);

/** Random queries over the table `t` whose rows have one order. */
export function queries(depth: number): Arbitrary<string> {
  const e = expressions('', depth);
  const aggregate = fc.oneof(
    fc.constant('count(*)'),
    fc
      .tuple(fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'stddev', 'stddev_pop', 'variance'), e.number)
      .map(([name, x]) => `${name}(${x})`),
    fc.tuple(fc.constantFrom('min', 'max', 'count'), e.text).map(([name, x]) => `${name}(${x})`),
    anyOf(e).map((x) => `count(DISTINCT ${x})`),
    fc.tuple(fc.constantFrom('bool_and', 'bool_or'), e.boolean).map(([name, x]) => `${name}(${x})`),
    fc.tuple(e.number, e.boolean).map(([x, p]) => `sum(${x}) FILTER (WHERE ${p})`),
  );
  const plain = fc
    .tuple(anyOf(e), anyOf(e), e.boolean, order(anyOf(e)), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 3 }))
    .map(
      ([x, y, p, by, limit, offset]) =>
        `SELECT id, ${x} AS x, ${y} AS y FROM t WHERE ${p} ORDER BY ${by}, id LIMIT ${limit} OFFSET ${offset}`,
    );
  const grouped = fc.tuple(e.boolean, anyOf(e), aggregate, aggregate, aggregate, fc.boolean()).map(([p, key, x, y, z, having]) => {
    const filter = having ? `HAVING count(*) > 1 OR max(a) > 0` : '';
    return `SELECT ${key} AS k, ${x} AS x, ${y} AS y, ${z} AS z FROM t WHERE ${p} GROUP BY ${key} ${filter} ORDER BY 1`;
  });
  const whole = fc.tuple(e.boolean, aggregate, aggregate).map(([p, x, y]) => `SELECT ${x} AS x, ${y} AS y FROM t WHERE ${p}`);
  const distinct = fc
    .tuple(anyOf(e), anyOf(e), nulls)
    .map(([x, y, first]) => `SELECT DISTINCT ${x} AS x, ${y} AS y FROM t ORDER BY x${first}, 2`);
  const [l, r] = [expressions('l.', Math.max(0, depth - 1)), expressions('r.', Math.max(0, depth - 1))];
  const kind = fc.constantFrom('number', 'text', 'boolean');
  const joined = fc
    .tuple(
      kind.chain((type) => fc.tuple(l[type as 'text'], r[type as 'text'])),
      fc.constantFrom('JOIN', 'LEFT JOIN'),
      l.boolean,
      r.boolean,
      l.boolean,
    )
    .map(([[x, y], join, p, q, w]) => {
      // A condition of constants alone is no equality between the sides.
      const [left, right] = [/\bl\.\w/.test(x) ? x : `concat(l.s, ${x}::text)`, /\br\.\w/.test(y) ? y : `concat(r.s, ${y}::text)`];
      return `SELECT l.id AS i, r.id AS j, l.s AS s, r.u AS u FROM t AS l ${join} t AS r ON CAST(${left} AS text) = CAST(${right} AS text) AND (${p} OR ${q}) WHERE ${w} ORDER BY 1, 2`;
    });
  const nested = fc
    .tuple(anyOf(e), e.number, e.boolean)
    .map(
      ([x, y, p]) => `SELECT x, count(*) AS n, sum(y) AS y FROM (SELECT ${x} AS x, ${y} AS y FROM t WHERE ${p}) AS q GROUP BY x ORDER BY x`,
    );
  return fc.oneof(plain, grouped, whole, distinct, joined, nested);
}
