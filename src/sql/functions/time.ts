import { defineFunction, refusal } from './function-spec.js';

const milliseconds = { millisecond: 1, second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
/** The Monday before 1970. */
const firstMonday = -3 * milliseconds.day;

/** The beginning of the unit of time (UTC) that a time lies in. */
function truncated(unit: string, time: number): number {
  const date = new Date(time);
  if (unit === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  if (unit === 'year') return Date.UTC(date.getUTCFullYear(), 0);
  if (!Object.hasOwn(milliseconds, unit)) throw refusal(`"${unit}" is none of ${Object.keys(milliseconds).join(', ')}, month, year`);
  const size = milliseconds[unit as keyof typeof milliseconds];
  const from = unit === 'week' ? firstMonday : 0;
  return Math.floor((time - from) / size) * size + from;
}

const parts: Readonly<Record<string, (date: Date) => number>> = {
  year: (date) => date.getUTCFullYear(),
  month: (date) => date.getUTCMonth() + 1,
  day: (date) => date.getUTCDate(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  second: (date) => date.getUTCSeconds() + date.getUTCMilliseconds() / 1000,
  dow: (date) => date.getUTCDay(),
  isodow: (date) => date.getUTCDay() || 7,
  epoch: (date) => date.getTime() / 1000,
};

export const timeFunctions = [
  defineFunction('date_trunc', {
    args: { unit: 'text', time: 'number' },
    gives: 'number',
    doc: 'The beginning of the millisecond, second, minute, hour, day, week (Monday), month or year of a time, in UTC.',
    examples: [
      ["date_trunc('hour', 1000000000000)", 999997200000],
      ["date_trunc('month', 1000000000000)", 999302400000],
    ],
    evaluate: ({ unit, time }) => truncated(unit.toLowerCase(), time),
  }),
  defineFunction('date_part', {
    args: { part: 'text', time: 'number' },
    gives: 'number',
    doc: 'Year, month, day, hour, minute, second, dow (0 is Sunday), isodow (7 is Sunday) or epoch (seconds) of a time, in UTC; also `extract(hour FROM time)`.',
    examples: [
      ["date_part('year', 1000000000000)", 2001],
      ['extract(hour FROM 1000000000000)', 1],
    ],
    evaluate: ({ part, time }) => {
      const read = parts[part.toLowerCase()];
      if (read === undefined) throw refusal(`"${part}" is none of ${Object.keys(parts).join(', ')}`);
      return read(new Date(time));
    },
  }),
  defineFunction('to_iso8601', {
    args: { time: 'number' },
    gives: 'text',
    doc: 'A time as text, in UTC.',
    examples: [['to_iso8601(1000000000000)', '2001-09-09T01:46:40.000Z']],
    evaluate: ({ time }) => {
      const date = new Date(time);
      if (Number.isNaN(date.getTime())) throw refusal(`${time} is no time`);
      return date.toISOString();
    },
  }),
  defineFunction('from_iso8601', {
    args: { string: 'text' },
    gives: 'number',
    doc: "Milliseconds since 1970 of an ISO 8601 text; UTC where it names no zone. Also `TIMESTAMP '2001-09-09 01:46:40'`.",
    examples: [
      ["from_iso8601('2001-09-09T01:46:40Z')", 1e12],
      ["TIMESTAMP '2001-09-09 01:46:40'", 1e12],
    ],
    evaluate: ({ string }) => timeOf(string),
  }),
];

/** Milliseconds since 1970 of an ISO 8601 text, UTC where it names no zone. */
export function timeOf(string: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i.exec(string.trim());
  const [, day, time = '00:00', zone = 'Z'] = match ?? [];
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const found = day === undefined ? NaN : Date.parse(`${day}T${time}${offset}`);
  if (Number.isNaN(found)) throw refusal(`"${string}" is no time; write 2001-09-09 01:46:40`);
  return found;
}
