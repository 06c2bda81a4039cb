// What the page knows of an API: its document, read once.

import type { Json } from '../json/value';

export interface Api {
  /** The whole document, in which references are looked up. */
  readonly root: Json;
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly servers: readonly Server[];
  readonly methods: readonly Method[];
  /** Why the document leaves methods out. */
  readonly undescribed: readonly string[];
  /** The address that people outside of this page use. `undefined`: that of the page. */
  readonly url: string | undefined;
  /** Whether the headers of a call reach the server. Some connections have none. */
  readonly takesHeaders: boolean;
}

export interface Server {
  readonly name: string;
  readonly url: string;
  readonly description: string;
}

export type Structure = 'by-name' | 'by-position' | 'either' | 'unknown';

export interface Method {
  readonly name: string;
  readonly namespace: string;
  readonly summary: string;
  readonly docs: string;
  readonly tags: readonly string[];
  readonly params: readonly Param[];
  readonly structure: Structure;
  /** A notification has no result. */
  readonly result: Json | undefined;
  readonly isNotification: boolean;
  readonly stream: Stream | undefined;
  readonly errors: readonly DeclaredError[];
  readonly examples: readonly Example[];
  readonly isDeprecated: boolean;
  readonly deprecation: string;
  readonly since: string;
  readonly aliases: readonly string[];
  readonly isIdempotent: boolean;
  readonly isReadOnly: boolean;
  /** Params that it does not have are ignored. */
  readonly isLenient: boolean;
  readonly servers: readonly Server[];
  /** `false` for one that the user named, of which nothing is known. */
  readonly isDescribed: boolean;
}

export interface Param {
  readonly name: string;
  readonly docs: string;
  readonly isRequired: boolean;
  /** The whole value is secret. */
  readonly isSecret: boolean;
  /** Something in the value is secret, or all of it. */
  readonly hasSecret: boolean;
  readonly isDeprecated: boolean;
  readonly schema: Json;
}

export interface Stream {
  readonly item: Json;
  /** The result after the last item. */
  readonly end: Json | undefined;
  /** Names the param with which a caller asks for items. */
  readonly token: string;
  /** Items of a subscription come over a connection on which both ends talk. */
  readonly isSubscription: boolean;
}

export interface DeclaredError {
  readonly code: string;
  readonly name: string;
  readonly docs: string;
  readonly kind: string;
  readonly data: Json | undefined;
}

export interface Example {
  readonly name: string;
  readonly docs: string;
  /** By name. */
  readonly params: ReadonlyMap<string, Json>;
  readonly result: Json | undefined;
}
