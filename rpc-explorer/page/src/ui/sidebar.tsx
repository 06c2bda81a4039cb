// The list of methods by namespace, with a search.

import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Method } from '../document/model';
import { hashOf } from '../state/link';
import { grouped, search, type Found } from '../state/search';
import { cut } from '../text/cut';
import { visible } from '../text/visible';
import { Icon } from './icons';

interface Props {
  readonly methods: readonly Method[];
  /** The document has not come yet. */
  readonly isLoading: boolean;
  readonly chosen: string;
  /** On a narrow screen, the list covers the page while it is open. */
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

export function Sidebar({ methods, isLoading, chosen, isOpen, onOpen, onClose }: Props): VNode {
  const [query, setQuery] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => search(methods, query), [methods, query]);
  const groups = useMemo(() => grouped(found), [found]);
  useSearchKey(input, onOpen);
  useEffect(() => {
    if (isOpen) input.current?.focus();
  }, [isOpen]);
  useEffect(() => {
    list.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const links = () => [...(list.current?.querySelectorAll<HTMLAnchorElement>('a') ?? [])];
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const all = links();
    const next = all.findIndex((link) => link === document.activeElement) + step;
    if (next < 0) input.current?.focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  };
  const typed = (event: KeyboardEvent) => {
    if (event.key === 'Enter') links()[0]?.click();
    if (event.key === 'Escape') {
      setQuery('');
      onClose();
    }
    move(event);
  };
  return (
    <nav class="sidebar" aria-label="Methods">
      <div class="search">
        <Icon name="search" />
        <input
          ref={input} type="search" class="search-input" placeholder="Search methods" aria-label="Search methods" aria-keyshortcuts="/"
          autocomplete="off" spellcheck={false} value={query} onInput={(event) => setQuery(event.currentTarget.value)} onKeyDown={typed}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <p class="unseen" role="status">{query === '' ? '' : `${found.length} method${found.length === 1 ? '' : 's'} found`}</p>
      <div class="method-list" ref={list} onKeyDown={move}>
        {groups.map(({ namespace, found }) => (
          <section key={namespace}>
            {namespace !== '' && <h2 class="group-title">{visible(namespace)}</h2>}
            <ul>
              {found.map((it) => <Link key={it.method.name} found={it} isChosen={it.method.name === chosen} onOpened={onClose} />)}
            </ul>
          </section>
        ))}
        {found.length === 0 && !isLoading && <NotFound query={query.trim()} onOpened={onClose} />}
      </div>
    </nav>
  );
}

function Link({ found, isChosen, onOpened }: { found: Found; isChosen: boolean; onOpened: () => void }): VNode {
  const { method } = found;
  const href = hashOf({ view: 'method', name: method.name, params: '' });
  return (
    <li>
      <a
        class={`method-link${method.isDeprecated ? ' is-deprecated' : ''}`} href={href} title={cut(method.summary, 300)} onClick={onOpened}
        {...(isChosen ? { 'aria-current': 'page' as const } : {})}
      >
        <span class="method-link-name">{marked(found)}</span>
        {method.stream !== undefined && <span class="sign sign-stream" title="stream"><span class="unseen">stream</span></span>}
        {method.isNotification && <span class="sign sign-notification" title="notification"><span class="unseen">notification</span></span>}
        {method.isDeprecated && <span class="unseen">deprecated</span>}
      </a>
    </li>
  );
}

/** The name without its namespace, with the letters that were typed. */
function marked({ method, marks }: Found): ComponentChildren {
  const { name, namespace } = method;
  if (visible(name) !== name) return visible(name);
  const start = namespace !== '' && name.startsWith(namespace) && name.length > namespace.length + 1 ? namespace.length + 1 : 0;
  if (marks.length === 0) return name.slice(start);
  const parts: ComponentChildren[] = [];
  let end = start;
  for (const [begin, after] of runs(marks)) {
    if (after <= start) continue;
    const first = Math.max(begin, start);
    parts.push(name.slice(end, first), <mark>{name.slice(first, after)}</mark>);
    end = after;
  }
  return [...parts, name.slice(end)];
}

/** Where marks begin, and what is after their last. Few elements are quicker than one for each letter. */
function runs(marks: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const mark of marks) {
    const last = found[found.length - 1];
    if (last !== undefined && last[1] === mark) last[1] += 1;
    else found.push([mark, mark + 1]);
  }
  return found;
}

/** A server may have methods that its document does not have. */
function NotFound({ query, onOpened }: { query: string; onOpened: () => void }): VNode {
  if (query === '') return <p class="not-found">No methods are known. Type a name to call one.</p>;
  return (
    <p class="not-found">
      No method matches.{' '}
      <a href={hashOf({ view: 'method', name: query, params: '' })} onClick={onOpened}>Call <code>{cut(query, 60)}</code> anyway</a>
    </p>
  );
}

/** `/` goes to the search from anywhere but an input. */
function useSearchKey(input: { readonly current: HTMLInputElement | null }, onOpen: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input:not([type=radio]):not([type=checkbox]), textarea, select, dialog') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      onOpen();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
