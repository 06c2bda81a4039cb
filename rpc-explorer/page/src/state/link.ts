// The page's address: after `#` it says which view is open, and with which params. So a link leads to a call, and a page that is
// loaded again is as it was.

import { encoded } from '../text/encoded';

/** Browsers and chats cut longer addresses. */
export const MAX_PARAMS = 8_000;

export type Place =
  | { readonly view: 'overview' | 'batch' | 'history' }
  /** `params` is JSON, or empty. `visit` tells one from the next that has the same address. */
  | { readonly view: 'method'; readonly name: string; readonly params: string; readonly visit?: number };

export function placeIn(hash: string, visit = 0): Place {
  const text = hash.replace(/^#/, '');
  if (text === '!batch' || text === '!history') return { view: text === '!batch' ? 'batch' : 'history' };
  const [name = '', query = ''] = splitOnce(text, '?');
  if (name === '') return { view: 'overview' };
  const params = new URLSearchParams(query).get('params') ?? '';
  return { view: 'method', name: decoded(name), params, visit };
}

export function hashOf(place: Place): string {
  if (place.view === 'overview') return '';
  if (place.view !== 'method') return `#!${place.view}`;
  // A sign in front stands for another view.
  const name = encoded(place.name).replace(/^!/, '%21');
  const hasParams = place.params !== '' && place.params !== '{}' && place.params.length <= MAX_PARAMS;
  return hasParams ? `#${name}?params=${encoded(place.params)}` : `#${name}`;
}

function splitOnce(text: string, sign: string): [string, string] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
