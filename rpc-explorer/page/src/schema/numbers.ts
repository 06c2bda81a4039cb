// Numbers as texts: whether they are JSON, and within which bounds, without a double in between.

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;

export function isJsonNumber(text: string): boolean {
  return text.length <= 1000 && JSON_NUMBER.test(text);
}

export function isInteger(text: string): boolean {
  return INTEGER.test(text);
}

/** The bounds of `uint32` and the like. */
export function boundsOf(format: string): readonly [bigint, bigint] | undefined {
  const found = /^(u?)int(8|16|32|64|128)$/.exec(format);
  if (found === null) return format === 'uint' ? [0n, (1n << 64n) - 1n] : undefined;
  const bits = BigInt(found[2] ?? '0');
  return found[1] === 'u' ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}

/** Below zero if `one` is less than `other`. Integers are compared exactly. */
export function compare(one: string, other: string): number {
  if (isInteger(one) && isInteger(other)) {
    const [a, b] = [BigInt(one), BigInt(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return Number(one) - Number(other);
}
