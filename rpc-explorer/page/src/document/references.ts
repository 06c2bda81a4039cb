// What a `$ref` leads to, within the document.

import { isList, isObject, member, type Json } from '../json/value';

/** References may lead to references, but not for ever. */
const MAX_STEPS = 32;

/** The node that a node stands for: itself, unless it is a reference. `undefined` if it leads nowhere. */
export function resolve(root: Json, node: Json | undefined): Json | undefined {
  let found = node;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const reference = member(found, '$ref');
    if (typeof reference !== 'string') return found;
    found = follow(root, reference);
  }
  return undefined;
}

/** The last part of a reference, which is the name of a component. */
export function nameOf(node: Json | undefined): string {
  const reference = member(node, '$ref');
  if (typeof reference !== 'string') return '';
  return unescaped(reference.slice(reference.lastIndexOf('/') + 1));
}

/** What one reference leads to. */
export function follow(root: Json, reference: string): Json | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined;
  const steps = reference.split('/').slice(1).map(unescaped);
  let found: Json | undefined = root;
  for (const step of steps) {
    if (isObject(found)) found = found.get(step);
    else if (isList(found)) found = found[Number(step)];
    else return undefined;
  }
  return found;
}

function unescaped(step: string): string {
  let decoded = step;
  try {
    decoded = decodeURIComponent(step);
  } catch {
    // It has a percent sign that escapes nothing, and means itself.
  }
  return decoded.replaceAll('~1', '/').replaceAll('~0', '~');
}
