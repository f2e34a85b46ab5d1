import { filter, map, pipe, type OperatorFunction } from 'rxjs';

import type { Row } from '../ml/dataset/batch.js';
import { withValue, type StreamRecord } from '../record.js';
import { hasFields } from '../serde/has-fields.js';
import type { Collected } from '../sql/group-rows.js';
import { SqlText } from '../sql/parse-sql.js';
import { planStream, type StreamWindow } from '../sql/plan-stream.js';
import type { SqlSession } from '../sql/session.js';
import type { Duration } from '../time/duration.js';
import { mapOrdered } from './map-ordered.js';
import { hopping } from './window/hopping.js';
import type { Emit } from './window/window-options.js';

export interface SqlOptions {
  /** Named in dead letters, and the name of the windows' store. Default `sql`; two queries with windows in one topology need two names. */
  readonly name?: string;
  /** The values of `$1`, `$2`, ... */
  readonly parameters?: readonly unknown[];
  /** Fields that some records lack: null there. A record without any other field that the query names fails. */
  readonly optional?: readonly string[];
  /** How long after its end a window still takes records. Default 0. */
  readonly grace?: Duration;
  /** Default `final`: a window's row comes once, when it closes. */
  readonly emit?: Emit;
}

/**
 * A query in SQL over a stream: one row for each record that WHERE lets through, under its key and time, in order. `key` and `timestamp` are columns
 * beside the fields of the value (`value` itself where it has none). Models of the session are asked in batches, for what the other conditions leave.
 * `GROUP BY key, TUMBLE('1m')` (or `HOP(size, advance)`) gives one row a key and window, with `window_start` and `window_end`. A record on which the
 * query fails is taken out alone. SQL.md has the dialect.
 *
 * @throws HW_SQL_* with line and column, when the topology is built
 * @example predictions.pipe(sql("SELECT camera, label FROM stream WHERE array_max(probabilities) > 0.9", session))
 */
export function sql<V>(
  text: string,
  session: SqlSession,
  { name = 'sql', parameters = [], optional = [], grace = 0, emit = 'final' }: SqlOptions = {},
): OperatorFunction<StreamRecord<string, V>, StreamRecord<string, Row>> {
  const plan = planStream(session.surroundings(new SqlText(text), parameters), optional);
  const admit = pipe(
    mapOrdered((value: V, { key, timestamp }: StreamRecord<string, V>) => plan.admit({ key, timestamp, ...fieldsOf(value) }), { name }),
    filter(isKept),
  );
  const output = pipe(mapOrdered<string, Row, Row | undefined>(plan.emit, { name }), filter(isKept));
  return plan.window === undefined ? pipe(admit, output) : pipe(admit, windowed(plan.window, { name, grace, emit }), output);
}

function windowed(
  { size, advance, seed, add, row }: StreamWindow,
  options: { readonly name: string; readonly grace: Duration; readonly emit: Emit },
): OperatorFunction<StreamRecord<string, Row>, StreamRecord<string, Row>> {
  return pipe(
    hopping<Row, Collected[], Collected[]>({
      ...options,
      size,
      advance,
      aggregate: { seed, add, result: (state) => structuredClone(state) },
    }),
    map((record) => withValue(record, row(record.key, record.value.start, record.value.end, record.value.value))),
  );
}

function fieldsOf(value: unknown): Row {
  return hasFields(value) ? (value as Row) : { value };
}

function isKept(record: StreamRecord<string, Row | undefined>): record is StreamRecord<string, Row> {
  return record.value !== undefined;
}
