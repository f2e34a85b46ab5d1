import type { Validator } from 'headwater/connect';

/** What it is like in the street, and where the camera looks. */
export interface Conditions {
  readonly light: 'day' | 'night';
  readonly weather: 'dry' | 'rain';
  readonly view: 'home' | 'moved';
}

const WORDS: Readonly<Record<string, Partial<Conditions>>> = {
  day: { light: 'day' },
  night: { light: 'night' },
  dry: { weather: 'dry' },
  rain: { weather: 'rain' },
  home: { view: 'home' },
  moved: { view: 'moved' },
};
const ENTRY = new RegExp(`^(\\d+):(${Object.keys(WORDS).join('|')})$`);

/** The conditions at a frame: those of all entries `FRAME:WORD` that begin at it or before it; a dry day seen from home without any. */
export function conditionsAt(schedule: readonly string[], frame: number): Conditions {
  const changes = schedule
    .map((entry) => ENTRY.exec(entry))
    .map((match) => ({ from: Number(match?.[1]), change: WORDS[match?.[2] ?? ''] }));
  const past = changes.filter(({ from }) => from <= frame).sort((a, b) => a.from - b.from);
  return past.reduce<Conditions>((conditions, { change }) => ({ ...conditions, ...change }), {
    light: 'day',
    weather: 'dry',
    view: 'home',
  });
}

export const scheduleValidator: Validator = (value) => {
  const entries = Array.isArray(value) ? value.map(String) : [];
  const wrong = entries.find((entry) => !ENTRY.test(entry));
  return wrong === undefined ? undefined : `"${wrong}" is not FRAME:WORD with a word of ${Object.keys(WORDS).join(', ')}`;
};
