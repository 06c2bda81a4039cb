// The page before a method is chosen: what the API is, and all its methods.

import type { VNode } from 'preact';
import type { Api, Method } from '../document/model';
import { Markdown } from '../markdown/blocks';
import { inline } from '../markdown/inline';
import { hashOf } from '../state/link';
import { grouped, search } from '../state/search';
import { cut } from '../text/cut';
import { visible } from '../text/visible';
import { Badge } from './parts';

/** More of a title fills the page. */
const MAX_TITLE = 200;

/** The page before a method is chosen. */
export function Overview({ api }: { api: Api }): VNode {
  const namespaces = new Set(api.methods.map((method) => method.namespace).filter(Boolean));
  const streams = api.methods.filter((method) => method.stream !== undefined).length;
  return (
    <div class="overview">
      <h1 tabIndex={-1}><span>{cut(visible(api.title), MAX_TITLE)}</span>{api.version !== '' && <span class="version">{api.version}</span>}</h1>
      {api.description !== '' && <Markdown text={api.description} />}
      <ul class="facts">
        <Fact count={api.methods.length} what="method" />
        {namespaces.size > 0 && <Fact count={namespaces.size} what="namespace" />}
        {streams > 0 && <Fact count={streams} what="stream" />}
      </ul>
      {api.servers.length > 0 && (
        <section><h2>Servers</h2><ul class="servers">
          {api.servers.map((it, index) => <li key={index}><code>{it.url}</code> {it.name} {it.description !== '' && <span class="hint">{it.description}</span>}</li>)}
        </ul></section>
      )}
      {api.undescribed.length > 0 && (
        <details class="notice"><summary>The document leaves out {api.undescribed.length} methods or errors</summary>
          <ul>{api.undescribed.map((it, index) => <li key={index}>{it}</li>)}</ul>
        </details>
      )}
      <Methods api={api} />
      {api.methods.length === 0 && <p class="hint">The document describes no methods. If you know the name of one, search for it to call it.</p>}
      <p class="hint">Press <kbd>/</kbd> to search, <kbd>↓</kbd> <kbd>Enter</kbd> to open a method, and <kbd>Ctrl</kbd> <kbd>Enter</kbd> to send a call.</p>
    </div>
  );
}

function Fact({ count, what }: { count: number; what: string }): VNode {
  return <li><strong>{count}</strong> {what}{count === 1 ? '' : 's'}</li>;
}

/** What sets a method apart from one that answers a call once. */
function Kinds({ method }: { method: Method }): VNode {
  return (
    <>
      {method.isDeprecated && <Badge tone="deprecated">deprecated</Badge>}
      {method.stream !== undefined && <Badge tone="stream">stream</Badge>}
      {method.isNotification && <Badge tone="accent">notification</Badge>}
    </>
  );
}

function Methods({ api }: { api: Api }): VNode {
  const groups = grouped(search(api.methods, ''));
  return (
    <div class="method-table">
      {groups.map(({ namespace, found }) => (
        <section key={namespace}>
          {namespace !== '' && <h2>{visible(namespace)}</h2>}
          <ul>
            {found.map(({ method }) => (
              <li key={method.name}>
                <a href={hashOf({ view: 'method', name: method.name, params: '' })}>{cut(visible(method.name), MAX_TITLE)}</a>
                <p>{inline(cut(method.summary, 300))} <Kinds method={method} /></p>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
