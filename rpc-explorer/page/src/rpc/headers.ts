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
