// Writes JSON, with numbers as they were read.

import { JsonNumber, isList, isObject, type Json } from './value';

/** Signs that make the text around them run the other way. What is copied would not be what people have read. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g;

function writeText(text: string): string {
  return JSON.stringify(text).replace(DIRECTIONS, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
}

/** On one line. */
export function writeJson(value: Json): string {
  if (value instanceof JsonNumber) return value.text;
  if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isObject(value)) {
    const members = [...value].map(([name, it]) => `${writeText(name)}:${writeJson(it)}`);
    return `{${members.join(',')}}`;
  }
  return typeof value === 'string' ? writeText(value) : JSON.stringify(value);
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
    const members = [...value].map(([name, it]) => `${inner}${writeText(name)}: ${prettyJson(it, inner)}`);
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  return writeSpaced(value);
}

/** On one line, with spaces as people write them. */
export function writeSpaced(value: Json): string {
  if (value instanceof JsonNumber) return value.text;
  if (isList(value)) return `[${value.map(writeSpaced).join(', ')}]`;
  if (isObject(value)) {
    const members = [...value].map(([name, it]) => `${writeText(name)}: ${writeSpaced(it)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return typeof value === 'string' ? writeText(value) : JSON.stringify(value);
}

/** Whether something inside has members or items of its own, so that one line would be hard to read. */
function hasNested(value: Json): boolean {
  const isNested = (it: Json) => (isList(it) && it.length > 0) || (isObject(it) && it.size > 0);
  if (isList(value)) return value.some(isNested);
  if (isObject(value)) return value.size > 0;
  return false;
}
