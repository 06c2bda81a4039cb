// Makes one schema of the parts of an `allOf`.

import { isList, isObject, listMember, member, type Json, type JsonObject } from '../json/value';
import { nameOf, resolve } from '../document/references';

/**
 * The schema without reference and `allOf` at its top. `title` is the name of the component it leads to, if it is one. A part that
 * is there several times, or around itself, adds nothing after the first time.
 */
export function flattened(root: Json, node: Json, seen: Set<Json> = new Set()): { schema: Json; title: string } {
  const target = resolve(root, node) ?? true;
  const name = nameOf(node);
  const parts = listMember(target, 'allOf');
  if (!isObject(target) || parts.length === 0) return { schema: target, title: name };
  if (seen.has(target)) return { schema: new Map(), title: name };
  seen.add(target);
  const own = new Map(target);
  own.delete('allOf');
  const flat = parts.map((part) => flattened(root, part, seen));
  const all = flat.map((it) => it.schema).filter(isObject);
  const title = name || (parts.length === 1 ? (flat[0]?.title ?? '') : '');
  return { schema: all.concat(own).reduce(merged), title };
}

/** What the later one says counts, except where both have to hold. */
function merged(one: JsonObject, other: JsonObject): JsonObject {
  const both = new Map(one);
  for (const [name, value] of other) {
    const before = both.get(name);
    both.set(name, before === undefined ? value : mergedMember(name, before, value));
  }
  return both;
}

function mergedMember(name: string, one: Json, other: Json): Json {
  if (name === 'properties' && isObject(one) && isObject(other)) return new Map([...one, ...other]);
  if (name === 'required' && isList(one) && isList(other)) return [...new Set([...one, ...other])];
  if (name === 'additionalProperties') return one === false ? other : one;
  return other;
}

/** The variants of a union, each with what is beside the union. */
export function variantsOf(root: Json, schema: JsonObject): readonly Json[] {
  const keyword = schema.has('oneOf') ? 'oneOf' : 'anyOf';
  const variants = listMember(schema, keyword);
  const beside = new Map(schema);
  for (const name of ['oneOf', 'anyOf', 'title', 'description', 'default', 'examples']) beside.delete(name);
  if (keyword === 'oneOf' && schema.has('anyOf')) beside.set('anyOf', member(schema, 'anyOf') ?? []);
  if (!beside.has('properties') && !beside.has('anyOf') && !beside.has('additionalProperties')) return variants;
  return variants.map((variant) => new Map<string, Json>([['allOf', [beside, describedOnly(root, variant)]]]));
}

/** `true` as a part of an `allOf` says nothing. */
function describedOnly(root: Json, variant: Json): Json {
  return isObject(resolve(root, variant)) ? variant : new Map();
}
