import { InvalidArgumentError } from 'commander';

/** A parser of whole numbers from `min` for commander's options. */
export function wholeNumber(min: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < min) {
      throw new InvalidArgumentError(`Expected a whole number from ${min}, got "${text}".`);
    }
    return number;
  };
}

export function positiveNumber(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError(`Expected a number above 0, got "${text}".`);
  return number;
}
