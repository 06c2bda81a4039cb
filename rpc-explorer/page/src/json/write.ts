// Writes JSON, with numbers as they were read.

import { JsonNumber, isList, isObject, type Json } from './value';

/** On one line. */
export function writeJson(value: Json): string {
  if (value instanceof JsonNumber) return value.text;
  if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isObject(value)) {
    const members = [...value].map(([name, it]) => `${JSON.stringify(name)}:${writeJson(it)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** On several lines, except for what is short. */
export function prettyJson(value: Json, indent = ''): string {
  if (!hasNested(value)) {
    const line = writeSpaced(value);
    if (indent.length + line.length <= 60 || !isList(value)) return line;
  }
  const inner = `${indent}  `;
  if (isList(value)) {
    const items = value.map((it) => inner + prettyJson(it, inner));
    return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (isObject(value)) {
    const members = [...value].map(([name, it]) => `${inner}${JSON.stringify(name)}: ${prettyJson(it, inner)}`);
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  return writeSpaced(value);
}

/** On one line, with spaces as people write them. */
export function writeSpaced(value: Json): string {
  if (value instanceof JsonNumber) return value.text;
  if (isList(value)) return `[${value.map(writeSpaced).join(', ')}]`;
  if (isObject(value)) {
    const members = [...value].map(([name, it]) => `${JSON.stringify(name)}: ${writeSpaced(it)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return JSON.stringify(value);
}

/** Whether something inside has members or items of its own, so that one line would be hard to read. */
function hasNested(value: Json): boolean {
  const isNested = (it: Json) => (isList(it) && it.length > 0) || (isObject(it) && it.size > 0);
  if (isList(value)) return value.some(isNested);
  if (isObject(value)) return value.size > 0;
  return false;
}
