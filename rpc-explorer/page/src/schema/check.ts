// What is wrong with a value that is being edited, for each field.

import { isSame, JsonNumber, type Json } from '../json/value';
import { writeJson } from '../json/write';
import { encoded } from '../text/encoded';
import { isDraftList, isDraftObject, Picked, toJson, Unfinished, unpicked, type Draft } from './draft';
import { boundsOf, compare, isInteger, isJsonNumber } from './numbers';
import { fitsPattern } from './pattern';
import type { Schemas } from './schemas';
import type { ChoiceShape, Field, NumberShape, RecordShape, Shape, TextShape } from './shape';

/** Messages by the path of their field. */
export type Mistakes = ReadonlyMap<string, string>;

/** The path of a member or an item. Names may have any characters, and `/` tells them apart. */
export function below(path: string, step: string | number): string {
  return `${path}/${encoded(String(step))}`;
}

/** How many values are looked at, in all variants together. A recursive union could try variants within variants for ever. */
const MAX_WORK = 20_000;

/** What may still be looked at. */
class Work {
  private left = MAX_WORK;
  private readonly chosen = new Map<Variants, Map<Draft | undefined, number>>();

  /** Whether one more value may be looked at. */
  take(): boolean {
    this.left -= 1;
    return this.left >= 0;
  }

  /** The variant of a value. It is chosen once, since variants may have variants. While it is being chosen, it is the first. */
  variant(variants: Variants, draft: Draft | undefined, choose: () => number): number {
    const known = this.chosen.get(variants) ?? new Map<Draft | undefined, number>();
    this.chosen.set(variants, known);
    const before = known.get(draft);
    if (before !== undefined) return before;
    known.set(draft, 0);
    const index = choose();
    known.set(draft, index);
    return index;
  }
}

export function checkFields(schemas: Schemas, fields: readonly Field[], draft: Draft | undefined): Mistakes {
  const checker = new Checker(schemas, new Work());
  checker.fields(fields, isDraftObject(draft) ? draft : new Map(), '', 0);
  return checker.mistakes;
}

/** The variant that a value is of: the chosen one, else the first that it fits, else the one that it looks most like. */
export function variantOf(schemas: Schemas, variants: Variants, draft: Draft | undefined): number {
  return variantWithin(schemas, variants, draft, new Work());
}

type Variants = readonly { readonly schema: Json }[];

function variantWithin(schemas: Schemas, variants: Variants, draft: Draft | undefined, work: Work): number {
  if (draft instanceof Picked) return Math.min(draft.variant, variants.length - 1);
  const alike = variants.flatMap(({ schema }, index) => (looksLike(schemas, schemas.shape(schema), draft) ? [index] : []));
  const fits = (index: number) => {
    const checker = new Checker(schemas, work);
    checker.value(schemas.shape(variants[index]?.schema ?? true), draft, '', 0);
    return checker.mistakes.size === 0;
  };
  if (alike.length === 1) return alike[0] ?? 0;
  return work.variant(variants, draft, () => alike.find(fits) ?? alike[0] ?? 0);
}

/** Whether a value is of the right kind, and has what tells variants apart. This does not look deeper, so it stays cheap. */
function looksLike(schemas: Schemas, shape: Shape, given: Draft | undefined): boolean {
  const draft = unpicked(given);
  switch (shape.kind) {
    case 'any': case 'union': return true;
    case 'never': return false;
    case 'null': return draft === null;
    case 'nullable': return draft === null || looksLike(schemas, schemas.shape(shape.inner), draft);
    case 'boolean': return typeof draft === 'boolean';
    case 'number': return draft instanceof JsonNumber || draft instanceof Unfinished;
    case 'text': return typeof draft === 'string';
    case 'choice': return shape.options.some((it) => draft !== undefined && isSame(it.value, toJson(draft)));
    case 'list': case 'tuple': return isDraftList(draft);
    case 'record': return isDraftObject(draft) && shape.fields.every((field) => {
      const value = draft.get(field.name);
      if (value === undefined) return !field.isRequired;
      const inner = schemas.shape(field.schema);
      return inner.kind !== 'choice' || inner.options.length > 1 || looksLike(schemas, inner, value);
    });
  }
}

class Checker {
  readonly mistakes = new Map<string, string>();

  constructor(private readonly schemas: Schemas, private readonly work: Work) {}

  value(shape: Shape, draft: Draft | undefined, path: string, depth: number): void {
    if (depth > 100 || !this.work.take()) return;
    const value = shape.kind === 'union' || shape.kind === 'nullable' ? draft : unpicked(draft);
    if (value === undefined) return this.say(path, 'required');
    switch (shape.kind) {
      case 'any': return this.say(path, value instanceof Unfinished ? 'not valid JSON' : '');
      case 'never': return this.say(path, 'no value fits here');
      case 'null': return this.say(path, value === null ? '' : 'must be null');
      case 'boolean': return this.say(path, typeof value === 'boolean' ? '' : 'must be true or false');
      case 'number': return this.say(path, aboutNumber(shape, value));
      case 'text': return this.say(path, aboutText(shape, value));
      case 'choice': return this.say(path, aboutChoice(shape, value));
      case 'nullable': return unpicked(value) === null ? undefined : this.value(this.schemas.shape(shape.inner), value, path, depth + 1);
      case 'union': return this.variant(shape.variants, value, path, depth);
      case 'record': return this.record(shape, value, path, depth);
      case 'tuple': return this.items(value, shape.items, path, depth, { min: shape.min, max: shape.items.length });
      case 'list': {
        const items = isDraftList(value) ? value : [];
        this.items(value, items.map(() => shape.item), path, depth, shape);
        const texts = items.map((it) => writeJson(toJson(it)));
        if (shape.isUnique && new Set(texts).size < texts.length) this.say(path, 'the items must differ');
      }
    }
  }

  fields(fields: readonly Field[], draft: ReadonlyMap<string, Draft>, path: string, depth: number): void {
    for (const field of fields) {
      const value = draft.get(field.name);
      if (value === undefined && !field.isRequired) continue;
      this.value(this.schemas.shape(field.schema), value, below(path, field.name), depth + 1);
    }
  }

  private variant(variants: Variants, draft: Draft, path: string, depth: number): void {
    const variant = variants[variantWithin(this.schemas, variants, draft, this.work)];
    const value = draft instanceof Picked ? draft.value : draft;
    if (variant !== undefined) this.value(this.schemas.shape(variant.schema), value, path, depth + 1);
  }

  private record(shape: RecordShape, value: Draft, path: string, depth: number): void {
    if (!isDraftObject(value)) return this.say(path, 'must be an object');
    this.fields(shape.fields, value, path, depth);
    const known = new Set(shape.fields.map((field) => field.name));
    for (const [name, inner] of value) {
      if (known.has(name)) continue;
      if (shape.rest === undefined && shape.isClosed) this.say(below(path, name), `\`${shortened(name)}\` is not one of its fields`);
      if (shape.rest !== undefined) this.value(this.schemas.shape(shape.rest), inner, below(path, name), depth + 1);
      if (!fitsPattern(shape.namePattern, name)) this.say(below(path, name), 'the name has the wrong form');
    }
  }

  private items(
    value: Draft, schemas: readonly Json[], path: string, depth: number, { min, max }: { min: number; max: number | undefined },
  ): void {
    if (!isDraftList(value)) return this.say(path, 'must be a list');
    if (value.length < min) this.say(path, `must have at least ${counted(min, 'item')}`);
    if (max !== undefined && value.length > max) this.say(path, `must have at most ${counted(max, 'item')}`);
    value.forEach((item, index) => this.value(this.schemas.shape(schemas[index] ?? true), item, below(path, index), depth + 1));
  }

  private say(path: string, message: string): void {
    if (message !== '' && !this.mistakes.has(path)) this.mistakes.set(path, message);
  }
}

function aboutNumber(shape: NumberShape, value: Draft): string {
  const text = value instanceof JsonNumber || value instanceof Unfinished ? value.text : undefined;
  if (text === undefined) return 'must be a number';
  if (text === '') return 'required';
  if (!isJsonNumber(text)) return shape.isInteger ? 'must be a whole number' : 'must be a number';
  if (shape.isInteger && !isInteger(text)) return 'must be a whole number, without a dot or an exponent';
  const bounds = shape.isInteger ? boundsOf(shape.format) : undefined;
  const min = shape.min ?? bounds?.[0].toString();
  const max = shape.max ?? bounds?.[1].toString();
  if (min !== undefined && compare(text, min) < 0) return `must be at least ${min}`;
  if (max !== undefined && compare(text, max) > 0) return `must be at most ${max}`;
  if (bounds !== undefined && BigInt(text) > bounds[1]) return `must be at most ${bounds[1]}`;
  return '';
}

function aboutText(shape: TextShape, value: Draft): string {
  if (typeof value !== 'string') return value instanceof Unfinished ? 'required' : 'must be a text';
  const length = [...value].length;
  if (shape.minLength !== undefined && length < shape.minLength) {
    return value === '' ? 'required' : `must have at least ${counted(shape.minLength, 'character')}`;
  }
  if (shape.maxLength !== undefined && length > shape.maxLength) return `must have at most ${counted(shape.maxLength, 'character')}`;
  if (shape.isBytes && !isBase64(value)) return 'must be base64';
  if (!fitsPattern(shape.pattern, value)) return `must match ${shortened(shape.pattern)}`;
  return '';
}

function aboutChoice(shape: ChoiceShape, value: Draft): string {
  const json = toJson(value);
  if (shape.options.some((it) => isSame(it.value, json))) return '';
  if (shape.isExtensible) return '';
  const options = shape.options.slice(0, 8).map((it) => writeJson(it.value));
  return shortened(`must be ${options.join(' or ')}${shape.options.length > 8 ? ' …' : ''}`);
}

export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
