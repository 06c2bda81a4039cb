// The headers that a user adds to calls. They are kept in memory only, and nothing stores or shows their values.

export interface Header {
  readonly name: string;
  readonly value: string;
}

export type Scheme = 'none' | 'bearer' | 'basic' | 'header';

export interface Auth {
  readonly scheme: Scheme;
  readonly user: string;
  readonly secret: string;
  readonly name: string;
}

export const NO_AUTH: Auth = { scheme: 'none', user: '', secret: '', name: 'x-api-key' };

export function headersOf(auth: Auth): readonly Header[] {
  switch (auth.scheme) {
    case 'none': return [];
    case 'bearer': return auth.secret === '' ? [] : [{ name: 'authorization', value: `Bearer ${auth.secret}` }];
    case 'basic': return [{ name: 'authorization', value: `Basic ${base64(`${auth.user}:${auth.secret}`)}` }];
    case 'header': return isHeaderName(auth.name) && auth.secret !== '' ? [{ name: auth.name.toLowerCase(), value: auth.secret }] : [];
  }
}

/** What a page can't set, since browsers set it themselves or leave it out, and what belongs to the body. */
const OF_THE_BROWSER = new Set([
  'accept', 'accept-charset', 'accept-encoding', 'connection', 'content-length', 'content-type', 'cookie', 'cookie2', 'date', 'dnt', 'expect',
  'host', 'keep-alive', 'origin', 'referer', 'set-cookie', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'via',
]);

/** Why calls go without these credentials. Empty if they don't. */
export function obstacleTo(auth: Auth, takesHeaders: boolean): string {
  const name = auth.name.toLowerCase();
  if (auth.scheme === 'none') return '';
  if (!takesHeaders) return 'Calls to this server have no headers. Start `rpc explore` with the credentials instead: it has options for them.';
  if (auth.scheme === 'header' && name !== '' && !isHeaderName(name)) return 'No header can have this name.';
  if (auth.scheme === 'header' && (OF_THE_BROWSER.has(name) || /^(proxy|sec)-/.test(name))) return 'Browsers don’t let a page set this header.';
  return auth.scheme !== 'basic' && !isHeaderValue(auth.secret) ? 'No header can have this value.' : '';
}

function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}

/** Browsers encode only characters of one byte. */
export function base64(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text));
}

export function base64OfBytes(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
