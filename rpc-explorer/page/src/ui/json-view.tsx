// JSON with colours, for reading.

import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Json } from '../json/value';
import { prettyJson } from '../json/write';
import { pieces } from '../text/pieces';

/** More would make the page slow. */
const MAX_SHOWN = 60_000;
/** A string may be cut off, and still is one. Otherwise each of its quotes would be tried as a beginning. */
const TOKEN = /("(?:[^"\\]|\\.)*(?:"|\\?$))(\s*:)?|(true|false|null)|(-?\d[\d.eE+-]*)/g;

export function JsonView({ value, label }: { value: Json; label: string }): VNode {
  // Forms beside it change with every key, and this does not.
  return useMemo(() => <TextView text={prettyJson(value)} label={label} isJson />, [value, label]);
}

interface TextProps {
  readonly text: string;
  readonly label: string;
  readonly isJson?: boolean;
}

/** A long text is cut until somebody wants all of it, and then has no colours. */
export function TextView({ text, label, isJson = false }: TextProps): VNode {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > MAX_SHOWN;
  const shown = isLong && !isWhole ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return (
    <>
      <pre class="code" tabIndex={0} role="region" aria-label={label}>
        <code>{isJson && !(isLong && isWhole) ? coloured(shown) : pieces(shown)}</code>
      </pre>
      {isLong && !isWhole && (
        <button type="button" class="button button-quiet" onClick={() => setWhole(true)}>
          Show all {Math.round(text.length / 1000)} kB
        </button>
      )}
    </>
  );
}

function coloured(text: string): (VNode | string)[] {
  const nodes: (VNode | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, string, colon, word] = match;
    if (match.index > end) nodes.push(text.slice(end, match.index));
    const kind = string === undefined ? (word === undefined ? 'number' : 'word') : colon === undefined ? 'string' : 'name';
    nodes.push(<span class={`json-${kind}`}>{pieces(string ?? all)}</span>);
    if (colon !== undefined) nodes.push(colon);
    end = match.index + all.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}
