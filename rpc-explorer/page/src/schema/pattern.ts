// Whether a text matches a pattern of a schema, if that can be told quickly.

/** How many ways to match an engine may try. It needs less than a tenth of a second for them. */
const MAX_WAYS = 10_000_000;
const MAX_PATTERN = 500;

/** Patterns are for people's mistakes. One that could take for ever is left to the server. */
export function fitsPattern(pattern: string, text: string): boolean {
  if (pattern === '' || pattern.length > MAX_PATTERN || ways(pattern, text.length) > MAX_WAYS) return true;
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

/** In how many ways the pattern can be laid over a text of this length, at most. */
function ways(pattern: string, length: number): number {
  const plain = pattern.replace(/\\[^]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
  // A group that is repeated can multiply the ways with every letter.
  if (/\)[*+{]/.test(plain)) return Infinity;
  const repetitions = count(plain, /[*+]|\{\d*,/g) + (plain.startsWith('^') ? 0 : 1);
  const choices = count(plain, /\||(?<!\()\?/g);
  return (length + 1) ** repetitions * 2 ** choices;
}

function count(text: string, sign: RegExp): number {
  return text.match(sign)?.length ?? 0;
}
