// From schemas to shapes. A shape is made when it is looked at, so recursive schemas need no special care.

import { countMember, isList, isObject, isSame, isTrue, JsonNumber, listMember, member, textMember, type Json, type JsonObject } from '../json/value';
import { writeJson } from '../json/write';
import { resolve } from '../document/references';
import { isMarkedSecret } from '../document/secrets';
import { flattened, variantsOf } from './merge';
import type { Field, Form, Option, Shape, Variant } from './shape';

/** Deeper or more shapes within one shape are not made. A form can't show them anyway. */
const MAX_MAKING_DEPTH = 40;
const MAX_MAKING = 5_000;

export class Schemas {
  private readonly made = new WeakMap<object, Shape>();
  /** What is being made, with what is in it. */
  private readonly making = { depth: 0, count: 0 };

  constructor(readonly root: Json) {}

  shape(node: Json): Shape {
    if (!isObject(node)) return { ...(node === false ? { kind: 'never' } : { kind: 'any' }), ...NOTHING };
    const known = this.made.get(node);
    if (known !== undefined) return known;
    // A union may have itself as a variant, with nothing in between.
    this.made.set(node, { kind: 'any', ...NOTHING });
    const shape = this.bounded(() => this.make(node));
    this.made.set(node, shape);
    return shape;
  }

  /** A union may have itself within, each time with something beside it, so that it is never the same schema. */
  private bounded(make: () => Shape): Shape {
    const { making } = this;
    if (making.depth === 0) making.count = 0;
    if (making.depth > MAX_MAKING_DEPTH || making.count > MAX_MAKING) return { kind: 'any', ...NOTHING };
    making.depth += 1;
    making.count += 1;
    const shape = make();
    making.depth -= 1;
    return shape;
  }

  private make(node: Json): Shape {
    const { schema, title } = flattened(this.root, node);
    if (!isObject(schema)) return { kind: schema === false ? 'never' : 'any', ...NOTHING, title };
    const examples = listMember(schema, 'examples');
    const example = member(schema, 'example');
    return {
      ...this.form(schema),
      title: title || textMember(schema, 'title'),
      docs: textMember(schema, 'description'),
      fallback: member(schema, 'default'),
      examples: example === undefined ? examples : [...examples, example],
    };
  }

  private form(schema: JsonObject): Form {
    const options = this.options(schema);
    if (options !== undefined) return { kind: 'choice', options, isExtensible: isTrue(schema, 'x-extensible') };
    if (schema.has('oneOf') || schema.has('anyOf')) {
      // A union within itself adds nothing to it.
      const others = variantsOf(this.root, schema).filter((variant) => flattened(this.root, variant).schema !== schema);
      return this.union(others);
    }
    const types = schema.get('type');
    if (isList(types)) {
      return this.union(types.map((type) => new Map([...schema, ['type', type] as const])));
    }
    return this.plain(schema, typeof types === 'string' ? types : typeByKeywords(schema));
  }

  private plain(schema: JsonObject, type: string): Form {
    switch (type) {
      case 'null': return { kind: 'null' };
      case 'boolean': return { kind: 'boolean' };
      case 'integer': return number(schema, true);
      case 'number': return number(schema, false);
      case 'string': return text(schema);
      case 'array': return list(schema);
      case 'object': return record(this.root, schema);
      default: return { kind: 'any' };
    }
  }

  /** The values that a schema lists, also one by one with docs for each. */
  private options(schema: JsonObject): readonly Option[] | undefined {
    const docs = textMember(schema, 'description');
    const constant = schema.get('const');
    if (constant !== undefined) return [{ value: constant, docs }];
    const values = schema.get('enum');
    if (isList(values)) return values.map((value) => ({ value, docs: '' }));
    const variants = [...listMember(schema, 'oneOf'), ...listMember(schema, 'anyOf')];
    if (variants.length < 2 || schema.has('properties')) return undefined;
    const found: Option[] = [];
    for (const variant of variants) {
      const { schema: inner } = flattened(this.root, variant);
      const nested = isObject(inner) && (inner.has('const') || inner.has('enum')) ? this.options(inner) : undefined;
      if (nested === undefined) return undefined;
      found.push(...nested.map((it) => ({ ...it, docs: it.docs || textMember(inner, 'description') })));
    }
    return found.every((it) => it.value !== null) ? found : undefined;
  }

  private union(variants: readonly Json[]): Form {
    const others = variants.filter((variant) => !this.isNull(variant));
    const [only] = others;
    if (only === undefined) return { kind: 'null' };
    if (others.length < variants.length) {
      const inner: Json = others.length === 1 ? only : new Map([['anyOf', others]]);
      return { kind: 'nullable', inner };
    }
    if (others.length === 1) return this.shape(only);
    return { kind: 'union', variants: this.titled(others) };
  }

  private isNull(variant: Json): boolean {
    const { schema } = flattened(this.root, variant);
    if (!isObject(schema)) return false;
    const values = schema.get('enum');
    return schema.get('type') === 'null' || schema.get('const') === null || isSame(values, [null]);
  }

  private titled(variants: readonly Json[]): readonly Variant[] {
    const titles = new Map<string, number>();
    return variants.map((schema) => {
      const title = this.titleOf(schema);
      const count = (titles.get(title) ?? 0) + 1;
      titles.set(title, count);
      return { schema, title: count === 1 ? title : `${title} (${count})` };
    });
  }

  /** A variant is known by its title, by the value that tells it from others, by its only member, or by its type. */
  private titleOf(variant: Json): string {
    const shape = this.shape(variant);
    if (shape.kind === 'record') {
      const told = shape.fields.flatMap((field) => {
        const inner = this.shape(field.schema);
        return inner.kind === 'choice' && inner.options.length === 1 ? inner.options.slice(0, 1) : [];
      });
      const value = told[0]?.value;
      if (value !== undefined) return typeof value === 'string' ? value : writeJson(value);
      const [field] = shape.fields;
      if (shape.title === '' && field !== undefined && shape.fields.length === 1) return field.name;
    }
    return shape.title || this.describe(variant);
  }

  /** The type in a few words. */
  describe(node: Json, depth = 0): string {
    const shape = this.shape(node);
    if (depth > 4) return '…';
    const inner = (schema: Json) => this.describe(schema, depth + 1);
    switch (shape.kind) {
      case 'any': return 'anything';
      case 'never': return 'nothing';
      case 'number': return shape.format || (shape.isInteger ? 'integer' : 'number');
      case 'text': return shape.isBytes ? 'bytes (base64)' : shape.format || 'string';
      case 'choice': return shape.title || shape.options.slice(0, 4).map((it) => writeJson(it.value)).join(' | ') + (shape.options.length > 4 ? ' | …' : '');
      case 'list': return `list of ${inner(shape.item)}`;
      case 'tuple': return shape.items.length > 6 ? 'tuple' : `(${shape.items.map(inner).join(', ')})`;
      case 'record': return shape.title || (shape.fields.length === 0 && shape.rest !== undefined ? `map of ${inner(shape.rest)}` : 'object');
      case 'union': return shape.title || shape.variants.slice(0, 4).map((it) => it.title).join(' | ');
      case 'nullable': return `${inner(shape.inner)} | null`;
      default: return shape.kind;
    }
  }
}

const NOTHING = { title: '', docs: '', fallback: undefined, examples: [] };

function typeByKeywords(schema: JsonObject): string {
  if (['properties', 'additionalProperties', 'patternProperties'].some((it) => schema.has(it))) return 'object';
  if (schema.has('items')) return 'array';
  if (schema.has('pattern') || schema.has('minLength') || schema.has('maxLength')) return 'string';
  return schema.has('minimum') || schema.has('maximum') ? 'number' : '';
}

function number(schema: JsonObject, isInteger: boolean): Form {
  const bound = (name: string) => {
    const value = schema.get(name);
    return value instanceof JsonNumber ? value.text : undefined;
  };
  const format = textMember(schema, 'format');
  return { kind: 'number', isInteger, format, min: bound('minimum'), max: bound('maximum') };
}

function text(schema: JsonObject): Form {
  const format = textMember(schema, 'format');
  const encoding = textMember(schema, 'contentEncoding');
  return {
    kind: 'text',
    format,
    isBytes: encoding === 'base64' || format === 'byte' || format === 'base64',
    pattern: textMember(schema, 'pattern'),
    minLength: countMember(schema, 'minLength'),
    maxLength: countMember(schema, 'maxLength'),
  };
}

function list(schema: JsonObject): Form {
  const items = schema.get('items');
  const min = countMember(schema, 'minItems');
  const max = countMember(schema, 'maxItems');
  if (isList(items)) return { kind: 'tuple', items, min: min ?? items.length };
  return { kind: 'list', item: items ?? true, min: min ?? 0, max, isUnique: isTrue(schema, 'uniqueItems') };
}

function record(root: Json, schema: JsonObject): Form {
  const required = listMember(schema, 'required');
  const properties = member(schema, 'properties');
  const fields: Field[] = isObject(properties)
    ? [...properties].map(([name, inner]) => ({
        name,
        schema: inner,
        isRequired: required.includes(name),
        docs: textMember(inner, 'description'),
        isSecret: isMarkedSecret(inner) || isMarkedSecret(resolve(root, inner)),
        isDeprecated: isTrue(inner, 'deprecated'),
      }))
    : [];
  const additional = schema.get('additionalProperties');
  const patterns = member(schema, 'patternProperties');
  const [pattern] = isObject(patterns) ? [...patterns] : [];
  const isOpen = additional === undefined || additional === true;
  const rest = pattern?.[1] ?? (isOpen && fields.length > 0 ? undefined : additional === false ? undefined : additional ?? true);
  return {
    kind: 'record',
    fields,
    rest,
    isClosed: additional === false,
    namePattern: pattern?.[0] ?? '',
  };
}
