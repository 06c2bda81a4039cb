// Markdown within a line: code, emphasis and links. HTML stays the text that it is.

import type { ComponentChildren, VNode } from 'preact';
import { pieces } from '../text/pieces';

const MAX_DEPTH = 6;
/** Where something other than text may begin. */
const SPECIAL = /[`*_[<\\]|!\[|https?:\/\//g;

export function inline(text: string, depth = 0): ComponentChildren[] {
  const nodes: ComponentChildren[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    SPECIAL.lastIndex = at;
    const next = SPECIAL.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    if (at === text.length) break;
    const found = depth > MAX_DEPTH ? undefined : node(text, at, depth);
    if (found === undefined) {
      const isEscape = text[at] === '\\' && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '');
      plain += isEscape ? (text[at + 1] ?? '') : (text[at] ?? '');
      at += isEscape ? 2 : 1;
      continue;
    }
    if (plain !== '') nodes.push(pieces(plain));
    plain = '';
    nodes.push(found.node);
    at = found.end;
  }
  if (plain !== '') nodes.push(pieces(plain));
  return nodes;
}

interface Found {
  readonly node: VNode;
  readonly end: number;
}

function node(text: string, at: number, depth: number): Found | undefined {
  switch (text[at]) {
    case '`': return code(text, at);
    case '*': case '_': return emphasis(text, at, depth);
    case '[': return link(text, at, depth);
    // An image would be loaded from elsewhere, so it becomes a link.
    case '!': return text[at + 1] === '[' ? link(text, at + 1, depth) : undefined;
    case '<': return bracketed(text, at);
    case 'h': return bare(text, at);
    default: return undefined;
  }
}

function code(text: string, at: number): Found | undefined {
  const sign = /^`+/.exec(text.slice(at, at + 20))?.[0] ?? '`';
  const end = text.indexOf(sign, at + sign.length);
  if (end < 0) return undefined;
  return { node: <code>{pieces(text.slice(at + sign.length, end).trim())}</code>, end: end + sign.length };
}

function emphasis(text: string, at: number, depth: number): Found | undefined {
  const letter = text[at] ?? '';
  // `snake_case` is not emphasis.
  if (letter === '_' && /[A-Za-z0-9]/.test(text[at - 1] ?? '')) return undefined;
  const sign = text[at + 1] === letter ? letter + letter : letter;
  const begin = at + sign.length;
  const end = text.indexOf(sign, begin);
  if (end <= begin || text[begin] === ' ' || text[end - 1] === ' ') return undefined;
  if (letter === '_' && /[A-Za-z0-9]/.test(text[end + sign.length] ?? '')) return undefined;
  const inner = inline(text.slice(begin, end), depth + 1);
  return { node: sign.length === 2 ? <strong>{inner}</strong> : <em>{inner}</em>, end: end + sign.length };
}

/** A link to something other than a page, such as an item in the source code, shows only its text. */
function link(text: string, at: number, depth: number): Found | undefined {
  const close = text.indexOf(']', at);
  if (close < 0) return undefined;
  const inner = text.slice(at + 1, close);
  if (text[close + 1] !== '(') {
    const isItem = inner.startsWith('`') && inner.endsWith('`') && inner.length > 2;
    return isItem ? { node: <code>{inner.slice(1, -1)}</code>, end: close + 1 } : undefined;
  }
  const end = closing(text, close + 1);
  if (end === undefined) return undefined;
  const [address = ''] = text.slice(close + 2, end).trim().split(/\s/);
  const label = inline(inner, depth + 1);
  return { node: isPage(address) ? <Anchor address={address}>{label}</Anchor> : <span>{label}</span>, end: end + 1 };
}

/** How long an address may be. A text may have very many brackets that never close. */
const MAX_ADDRESS = 2_000;

/** The parenthesis that closes this one. Addresses have pairs of them within. */
function closing(text: string, open: number): number | undefined {
  let depth = 0;
  for (let at = open; at < Math.min(text.length, open + MAX_ADDRESS); at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function bracketed(text: string, at: number): Found | undefined {
  const end = text.indexOf('>', at);
  const address = text.slice(at + 1, end < 0 ? at : end);
  return isPage(address) ? { node: <Anchor address={address}>{address}</Anchor>, end: end + 1 } : undefined;
}

function bare(text: string, at: number): Found | undefined {
  if (/[A-Za-z0-9]/.test(text[at - 1] ?? '')) return undefined;
  const address = /^https?:\/\/[^\s<>"'`)\]]+/.exec(text.slice(at, at + 2000))?.[0]?.replace(/[.,;:!?]+$/, '') ?? '';
  return isPage(address) ? { node: <Anchor address={address}>{address}</Anchor>, end: at + address.length } : undefined;
}

export function isPage(address: string): boolean {
  if (!/^https?:\/\//i.test(address)) return false;
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

function Anchor({ address, children }: { address: string; children: ComponentChildren }): VNode {
  return <a href={address} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}
