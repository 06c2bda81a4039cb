// Texts that may be of any length, for places that are not.

import { wellFormed } from './encoded';

/** The beginning of a text that is longer than this. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${wellFormed(text.slice(0, length))}…` : text;
}
