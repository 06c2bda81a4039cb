// Which params have secrets in them, at any depth.

import { isList, isObject, isTrue, member, textMember, type Json } from '../json/value';
import { follow } from './references';

/** A schema with more parts is not searched to its end, and counts as secret. */
const MAX_PARTS = 20_000;

/** Whether a schema says that its own value is secret. */
export function isMarkedSecret(schema: Json | undefined): boolean {
  return isTrue(schema, 'x-secret') || isTrue(schema, 'writeOnly') || textMember(schema, 'format') === 'password';
}

/** Finds secrets in the schemas of a document. What it has searched without finding any is not searched again. */
export class Secrets {
  private readonly open = new Set<Json>();

  constructor(private readonly root: Json) {}

  /** Whether a schema, or anything that it leads to, is marked as secret. */
  isIn(schema: Json): boolean {
    const seen = new Set<Json>();
    const waiting: Json[] = [schema];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next) || this.open.has(next)) continue;
      if (isMarkedSecret(next) || seen.size === MAX_PARTS) return true;
      if (isObject(next) || isList(next)) seen.add(next);
      waiting.push(...this.within(next));
    }
    for (const part of seen) this.open.add(part);
    return false;
  }

  /** All that is written in a schema, and what its reference leads to. Keywords are not told from names, which finds no less. */
  private within(schema: Json): readonly Json[] {
    if (isList(schema)) return schema.slice(0, MAX_PARTS);
    if (!isObject(schema)) return [];
    const parts = [...schema.values()].slice(0, MAX_PARTS);
    const reference = member(schema, '$ref');
    const target = typeof reference === 'string' ? follow(this.root, reference) : undefined;
    return target === undefined ? parts : [...parts, target];
  }
}
