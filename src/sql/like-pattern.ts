/** Marks of a pattern that stand for characters; all else stands for itself. */
const one = Symbol('_');
const many = Symbol('%');
type Token = string | typeof one | typeof many;

/**
 * A LIKE pattern as a function of texts: `%` stands for any characters, `_` for one, `\` takes the meaning from what comes after it. Takes time in
 * proportion to text times pattern at most, whatever they are, which a regular expression does not.
 */
export function likePattern(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const folded = (text: string) => Array.from(ignoreCase ? text.toLowerCase() : text);
  const tokens: Token[] = [];
  const characters = folded(pattern);
  for (let at = 0; at < characters.length; at++) {
    const char = characters[at]!;
    if (char === '%') tokens.push(many);
    else if (char === '_') tokens.push(one);
    else tokens.push(char === '\\' && at + 1 < characters.length ? characters[++at]! : char);
  }
  return (text) => matches(folded(text), tokens);
}

/** On a mismatch the last `%` takes one character more: earlier ones need not change. */
function matches(text: readonly string[], tokens: readonly Token[]): boolean {
  let [at, token] = [0, 0];
  let lastMany = -1;
  let resume = 0;
  while (at < text.length) {
    if (tokens[token] === many) {
      lastMany = token++;
      resume = at;
    } else if (token < tokens.length && (tokens[token] === one || tokens[token] === text[at])) {
      token++;
      at++;
    } else if (lastMany >= 0) {
      token = lastMany + 1;
      at = ++resume;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === many);
}
