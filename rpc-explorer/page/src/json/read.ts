// Reads JSON. `JSON.parse` would round large integers, and not every browser can tell the text that they were read from.

import { JsonNumber, type Json } from './value';

/** Deeper nesting is an error, so that no reply can exhaust the stack. */
const MAX_DEPTH = 512;

export class JsonError extends Error {
  constructor(message: string, readonly offset: number) {
    super(message);
  }
}

export function readJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

/** The value, or `undefined` if the text is not JSON. */
export function tryReadJson(text: string): Json | undefined {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const SPACE = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Record<string, string> = {
  '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t',
};

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.error('it is nested too deeply');
    this.skipSpace();
    const first = this.text[this.at];
    switch (first) {
      case '{': return this.object(depth);
      case '[': return this.list(depth);
      case '"': return this.string();
      case 't': return this.word('true', true);
      case 'f': return this.word('false', false);
      case 'n': return this.word('null', null);
      case undefined: throw this.error('a value is missing');
      default: return this.number();
    }
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.error('something follows the value');
  }

  private object(depth: number): Json {
    const members = new Map<string, Json>();
    this.at += 1;
    if (this.take('}')) return members;
    do {
      this.skipSpace();
      if (this.text[this.at] !== '"') throw this.error('a name in double quotes is missing');
      const name = this.string();
      this.expect(':');
      members.set(name, this.value(depth + 1));
    } while (this.take(','));
    this.expect('}');
    return members;
  }

  private list(depth: number): Json {
    const items: Json[] = [];
    this.at += 1;
    if (this.take(']')) return items;
    do {
      items.push(this.value(depth + 1));
    } while (this.take(','));
    this.expect(']');
    return items;
  }

  private string(): string {
    let text = '';
    this.at += 1;
    for (;;) {
      text += this.match(PLAIN);
      const next = this.text[this.at];
      if (next === '"') break;
      if (next !== '\\') throw this.error('a string does not end, or has a control character');
      text += this.escape();
    }
    this.at += 1;
    return text;
  }

  private escape(): string {
    const kind = this.text[this.at + 1] ?? '';
    if (kind === 'u') {
      const digits = this.text.slice(this.at + 2, this.at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error('an escape is not valid');
      this.at += 6;
      return String.fromCharCode(parseInt(digits, 16));
    }
    const character = ESCAPES[kind];
    if (character === undefined) throw this.error('an escape is not valid');
    this.at += 2;
    return character;
  }

  private number(): Json {
    const text = this.match(NUMBER);
    if (text === '') throw this.error('this is not a JSON value');
    return new JsonNumber(text);
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.error('this is not a JSON value');
    this.at += word.length;
    return value;
  }

  private take(sign: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  private expect(sign: string): void {
    if (!this.take(sign)) throw this.error(`\`${sign}\` is missing`);
  }

  private skipSpace(): void {
    this.match(SPACE);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private error(what: string): JsonError {
    const before = this.text.slice(0, this.at).split('\n');
    const column = (before[before.length - 1]?.length ?? 0) + 1;
    return new JsonError(`line ${before.length}, column ${column}: ${what}`, this.at);
  }
}
