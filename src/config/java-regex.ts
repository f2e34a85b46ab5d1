/** A Java regular expression as JavaScript has it: flags at its start (`(?i)`) become flags. Throws SyntaxError. */
export function javaRegex(pattern: string): RegExp {
  return compiled(pattern, (body) => body);
}

/** The same for matching whole texts, as Java's `matches()`. Throws SyntaxError. */
export function javaRegexForWhole(pattern: string): RegExp {
  return compiled(pattern, (body) => `^(?:${body})$`);
}

function compiled(pattern: string, frame: (body: string) => string): RegExp {
  const [start = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  return new RegExp(frame(pattern.slice(start.length)), `u${[...new Set(flags)].join('')}`);
}
