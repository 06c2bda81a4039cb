// What the document says about a method.

import type { VNode } from 'preact';
import type { DeclaredError, Method } from '../document/model';
import { Markdown } from '../markdown/blocks';
import type { Schemas } from '../schema/schemas';
import { Badge } from './parts';
import { TypeView } from './types';

export function Badges({ method }: { method: Method }): VNode {
  return (
    <p class="badges">
      {method.isDeprecated && <Badge tone="deprecated">deprecated</Badge>}
      {method.stream !== undefined && <Badge tone="stream">{method.stream.isSubscription ? 'subscription' : 'stream'}</Badge>}
      {method.isNotification && <Badge tone="accent">notification</Badge>}
      {method.isReadOnly && <Badge tone="good">read only</Badge>}
      {method.isIdempotent && !method.isReadOnly && <Badge tone="good">idempotent</Badge>}
      {method.since !== '' && <Badge>since {method.since}</Badge>}
      {method.tags.map((tag) => <Badge key={tag}>{tag}</Badge>)}
      {!method.isDescribed && <Badge tone="deprecated">not in the document</Badge>}
    </p>
  );
}

export function MethodDocs({ method }: { method: Method }): VNode {
  return (
    <div class="docs">
      {method.isDeprecated && (
        <div class="notice notice-warning"><strong>Deprecated.</strong> {method.deprecation !== '' && <Markdown text={method.deprecation} />}</div>
      )}
      {method.docs !== '' && <Markdown text={method.docs} />}
      {method.aliases.length > 0 && <p class="hint">Also known as {method.aliases.map((it) => <code key={it}>{it} </code>)}</p>}
      {method.stream?.isSubscription === true && (
        <p class="notice">The items of this subscription need a connection over which both ends talk, such as a WebSocket. This page has none, so the server refuses the call.</p>
      )}
    </div>
  );
}

/** What comes back: results, items and errors. */
export function Returns({ schemas, method }: { schemas: Schemas; method: Method }): VNode | null {
  if (!method.isDescribed) return null;
  const { stream, result } = method;
  return (
    <div class="returns">
      {stream !== undefined && <Type title="Items" schemas={schemas} schema={stream.item} />}
      {stream === undefined && result !== undefined && <Type title="Result" schemas={schemas} schema={result} />}
      {method.errors.length > 0 && <Errors schemas={schemas} errors={method.errors} />}
    </div>
  );
}

function Type({ title, schemas, schema }: { title: string; schemas: Schemas; schema: Method['result'] }): VNode {
  return (
    <section class="card">
      <header class="card-head"><h2>{title}</h2></header>
      <div class="card-body"><TypeView schemas={schemas} schema={schema ?? true} /></div>
    </section>
  );
}

function Errors({ schemas, errors }: { schemas: Schemas; errors: readonly DeclaredError[] }): VNode {
  return (
    <section class="card">
      <header class="card-head"><h2>Errors</h2></header>
      <ul class="errors">
        {errors.map((error, index) => (
          <li key={index}>
            <p class="error-head"><code class="error-code">{error.code}</code><strong>{error.name}</strong>{error.kind !== '' && <Badge>{error.kind}</Badge>}</p>
            {error.docs !== '' && <Markdown text={error.docs} />}
            {error.data !== undefined && <details><summary>data</summary><TypeView schemas={schemas} schema={error.data} /></details>}
          </li>
        ))}
      </ul>
    </section>
  );
}
