// Markdown as elements: paragraphs, headings, lists, code, tables and quotes. Nothing of it becomes HTML text.

import type { VNode } from 'preact';
import { pieces } from '../text/pieces';
import { inline } from './inline';

/** Longer docs are cut. */
const MAX_LENGTH = 50_000;
const MAX_DEPTH = 6;

export function Markdown({ text }: { text: string }): VNode {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
  return <div class="markdown">{blocks(cut.split(/\r?\n/), 0)}</div>;
}

/** What a line begins, apart from a paragraph. None of these tries a long line in many ways. */
const FENCE = /^\s{0,3}(```+|~~~+)/;
const HEADING = /^\s{0,3}(#{1,6})\s+([^]*)$/;
const BULLET = /^(\s{0,3})([-*+]|\d{1,9}[.)])(\s+)([^]*)$/;
const QUOTE = /^\s{0,3}>\s?/;
const RULE = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;
const ROW = /^\s*\|.*\|\s*$/;

function blocks(lines: readonly string[], depth: number): VNode[] {
  const found: VNode[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    if (line.trim() === '') {
      at += 1;
      continue;
    }
    const [node, end] = depth > MAX_DEPTH ? paragraph(lines, at) : block(lines, at, depth);
    found.push(node);
    at = end;
  }
  return found;
}

/** A block, and the line after it. */
type Block = readonly [VNode, number];

function block(lines: readonly string[], at: number, depth: number): Block {
  const line = lines[at] ?? '';
  if (FENCE.test(line)) return fenced(lines, at);
  const heading = HEADING.exec(line);
  if (heading !== null) return [<p class="heading"><strong>{inline(withoutEnd(heading[2] ?? '', '#'))}</strong></p>, at + 1];
  if (RULE.test(line)) return [<hr />, at + 1];
  if (BULLET.test(line)) return list(lines, at, depth);
  if (QUOTE.test(line)) return quote(lines, at, depth);
  if (ROW.test(line) && /^[\s|:-]+$/.test(lines[at + 1] ?? '')) return table(lines, at);
  return paragraph(lines, at);
}

/** Without the signs at its end. A pattern would look for the end from each of them. */
function withoutEnd(text: string, sign: string): string {
  const trimmed = text.trimEnd();
  let end = trimmed.length;
  while (end > 0 && trimmed[end - 1] === sign) end -= 1;
  return trimmed.slice(0, end);
}

function fenced(lines: readonly string[], at: number): Block {
  const sign = FENCE.exec(lines[at] ?? '')?.[1] ?? '```';
  const close = lines.findIndex((line, index) => index > at && line.trim().startsWith(sign));
  const end = close < 0 ? lines.length : close;
  return [<pre tabIndex={0}><code>{pieces(lines.slice(at + 1, end).join('\n'))}</code></pre>, end + 1];
}

function list(lines: readonly string[], at: number, depth: number): Block {
  const isOrdered = /\d/.test(BULLET.exec(lines[at] ?? '')?.[2] ?? '');
  const items: string[][] = [];
  let next = at;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    const begin = BULLET.exec(line);
    if (begin !== null) items.push([begin[4] ?? '']);
    else if (line.trim() === '' && !/^\s{2,}\S/.test(lines[next + 1] ?? '')) break;
    else items[items.length - 1]?.push(line.replace(/^\s{1,4}/, ''));
  }
  const inner = items.map((item) => <li>{item.length === 1 ? inline(item[0] ?? '') : blocks(item, depth + 1)}</li>);
  return [isOrdered ? <ol>{inner}</ol> : <ul>{inner}</ul>, next];
}

function quote(lines: readonly string[], at: number, depth: number): Block {
  const end = lines.findIndex((line, index) => index > at && !QUOTE.test(line));
  const next = end < 0 ? lines.length : end;
  const inner = lines.slice(at, next).map((line) => line.replace(QUOTE, ''));
  return [<blockquote>{blocks(inner, depth + 1)}</blockquote>, next];
}

function table(lines: readonly string[], at: number): Block {
  const end = lines.findIndex((line, index) => index > at && !ROW.test(line));
  const next = end < 0 ? lines.length : end;
  const cells = (line: string) => line.trim().slice(1, -1).split('|').map((cell) => cell.trim());
  const rows = lines.slice(at + 2, next).map(cells);
  const head = cells(lines[at] ?? '').map((cell) => <th scope="col">{inline(cell)}</th>);
  const body = rows.map((row) => <tr>{row.map((cell) => <td>{inline(cell)}</td>)}</tr>);
  return [<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>, next];
}

function paragraph(lines: readonly string[], at: number): Block {
  let next = at + 1;
  const ends = (line: string) => line.trim() === '' || [FENCE, HEADING, BULLET, QUOTE].some((it) => it.test(line));
  while (next < lines.length && !ends(lines[next] ?? '')) next += 1;
  return [<p>{inline(lines.slice(at, next).join('\n'))}</p>, next];
}
