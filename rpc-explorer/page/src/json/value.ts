// JSON values that keep numbers as they were written, so that integers of 64 bits and more stay exact.

/** A number, as its text. */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Objects are maps: a member may be named `__proto__`, and the order is kept. */
export type JsonObject = ReadonlyMap<string, Json>;
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;

export function isObject(value: unknown): value is JsonObject {
  return value instanceof Map;
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** A member of an object. */
export function member(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value.get(name) : undefined;
}

/** A member that is a string. Anything else counts as missing. */
export function textMember(value: Json | undefined, name: string): string {
  const text = member(value, name);
  return typeof text === 'string' ? text : '';
}

/** The elements of a member that is an array. Anything else counts as empty. */
export function listMember(value: Json | undefined, name: string): readonly Json[] {
  const list = member(value, name);
  return isList(list) ? list : [];
}

export function isTrue(value: Json | undefined, name: string): boolean {
  return member(value, name) === true;
}

/** A member that is a number a double can hold, such as a length. */
export function countMember(value: Json | undefined, name: string): number | undefined {
  const number = member(value, name);
  return number instanceof JsonNumber ? Number(number.text) : undefined;
}

export function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one instanceof JsonNumber && other instanceof JsonNumber) return one.text === other.text;
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((it, index) => isSame(it, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    if (one.size !== other.size) return false;
    return [...one].every(([name, it]) => other.has(name) && isSame(it, other.get(name)));
  }
  return one === other;
}
