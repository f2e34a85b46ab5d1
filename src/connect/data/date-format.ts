import { error } from '../../errors.js';

/** Formats and parses times by the patterns of java.text.SimpleDateFormat, in UTC and English. */
export interface DateFormat {
  format(date: Date): string;
  /** The time at the start of `text`; undefined where it does not fit. */
  parse(text: string): Date | undefined;
}

interface Token {
  /** A pattern letter, or empty for literal text. */
  readonly letter: string;
  readonly text: string;
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const LETTERS = 'GyYMwWdDFEuaHkKhmsSzZX';
const DAY_MS = 86_400_000;

/**
 * Makes a format; a letter outside `GyYMwWdDFEuaHkKhmsSzZX` throws HW_CONNECT_DATA. Weeks begin with Sunday, the first one holds the year's (month's) first
 * day; in parsing, weeks and days of the week say nothing.
 */
export function dateFormat(pattern: string): DateFormat {
  const tokens = tokenize(pattern);
  return {
    format: (date) => tokens.map((token) => (token.letter === '' ? token.text : print(token, date))).join(''),
    parse: (text) => parse(tokens, text),
  };
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (const [text] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    const first = text.charAt(0);
    if (text === "'") throw error('HW_CONNECT_DATA', { problem: `Unterminated quote in date pattern ${pattern}` });
    if (first === "'") tokens.push({ letter: '', text: text === "''" ? "'" : text.slice(1, -1).replaceAll("''", "'") });
    else if (!/[A-Za-z]/.test(first)) tokens.push({ letter: '', text });
    else if (LETTERS.includes(first)) tokens.push({ letter: first, text });
    else throw error('HW_CONNECT_DATA', { problem: `Illegal pattern character '${first}' in date pattern ${pattern}` });
  }
  return tokens;
}

function print({ letter, text }: Token, date: Date): string {
  const width = text.length;
  const pad = (value: number): string => String(value).padStart(width, '0');
  const hour = date.getUTCHours();
  switch (letter) {
    case 'G':
      return 'AD';
    case 'y':
      return width === 2 ? String(date.getUTCFullYear() % 100).padStart(2, '0') : pad(date.getUTCFullYear());
    case 'Y':
      return width === 2 ? String(week(date).year % 100).padStart(2, '0') : pad(week(date).year);
    case 'w':
      return pad(week(date).number);
    case 'W':
      return pad(Math.ceil((date.getUTCDate() + firstWeekday(date.getUTCFullYear(), date.getUTCMonth())) / 7));
    case 'F':
      return pad(Math.ceil(date.getUTCDate() / 7));
    case 'M':
      return width < 3 ? pad(date.getUTCMonth() + 1) : named(MONTHS, date.getUTCMonth(), width);
    case 'd':
      return pad(date.getUTCDate());
    case 'D':
      return pad(dayOfYear(date));
    case 'E':
      return named(DAYS, date.getUTCDay(), width);
    case 'u':
      return pad(date.getUTCDay() || 7);
    case 'a':
      return hour < 12 ? 'AM' : 'PM';
    case 'H':
      return pad(hour);
    case 'k':
      return pad(hour || 24);
    case 'K':
      return pad(hour % 12);
    case 'h':
      return pad(hour % 12 || 12);
    case 'm':
      return pad(date.getUTCMinutes());
    case 's':
      return pad(date.getUTCSeconds());
    case 'S':
      return pad(date.getUTCMilliseconds());
    case 'z':
      return 'UTC';
    case 'Z':
      return '+0000';
    default:
      return 'Z';
  }
}

function dayOfYear(date: Date): number {
  return 1 + Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS);
}

function firstWeekday(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 1)).getUTCDay();
}

/** The week of a day and the year that it belongs to: the last days of December may lie in the first week of the next year. */
function week(date: Date): { readonly year: number; readonly number: number } {
  const year = date.getUTCFullYear();
  const saturday = new Date(date.getTime() + (6 - date.getUTCDay()) * DAY_MS);
  if (saturday.getUTCFullYear() > year) return { year: year + 1, number: 1 };
  return { year, number: Math.ceil((dayOfYear(date) + firstWeekday(year, 0)) / 7) };
}

function named(names: readonly string[], index: number, width: number): string {
  const name = names[index] ?? '';
  return width > 3 ? name : name.slice(0, 3);
}

function parse(tokens: readonly Token[], text: string): Date | undefined {
  const source = tokens.map((token, index) => (token.letter === '' ? escape(token.text) : capture(token, tokens[index + 1]))).join('');
  const match = new RegExp(`^${source}`, 'i').exec(text);
  if (!match) return undefined;
  const at = { year: 1970, month: 0, day: 1, hour: 0, minute: 0, second: 0, milli: 0, offset: 0, half: 0 };
  const fields = tokens.filter((token) => token.letter !== '');
  fields.forEach((token, index) => assign(at, token, match[index + 1] ?? ''));
  const time = new Date(0);
  time.setUTCFullYear(at.year, at.month, at.day);
  time.setUTCHours(at.hour + at.half, at.minute, at.second, at.milli);
  return new Date(time.getTime() - at.offset * 60_000);
}

function capture({ letter, text }: Token, next: Token | undefined): string {
  if ('GEa'.includes(letter) || (letter === 'M' && text.length > 2)) return '([A-Za-z]+)';
  if ('zZX'.includes(letter)) return '(Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)';
  const adjacent = next !== undefined && next.letter !== '' && !'GEazZX'.includes(next.letter);
  return adjacent ? `(\\d{${text.length}})` : '\\s*(-?\\d+)';
}

function assign(at: Record<string, number>, { letter, text }: Token, found: string): void {
  const value = Number(found);
  if (letter === 'y') at.year = text.length <= 2 && found.length === 2 ? slidingYear(value) : value;
  else if (letter === 'M')
    at.month = text.length < 3 ? value - 1 : MONTHS.findIndex((name) => name.toLowerCase().startsWith(found.toLowerCase().slice(0, 3)));
  else if (letter === 'd' || letter === 'D') at.day = value;
  else if (letter === 'H' || letter === 'K') at.hour = value;
  else if (letter === 'k') at.hour = value % 24;
  else if (letter === 'h') at.hour = value % 12;
  else if (letter === 'a') at.half = /^p/i.test(found) ? 12 : 0;
  else if (letter === 'm') at.minute = value;
  else if (letter === 's') at.second = value;
  else if (letter === 'S') at.milli = value;
  else if ('zZX'.includes(letter)) at.offset = offsetMinutes(found);
}

/** Two digits mean the year within 80 years before and 20 after now, as SimpleDateFormat has it. */
function slidingYear(value: number): number {
  const start = new Date().getUTCFullYear() - 80;
  const century = start - (start % 100);
  return century + value < start ? century + 100 + value : century + value;
}

function offsetMinutes(text: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0));
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
