// Finds methods by what people type: parts of names in order, or words of the docs.

import type { Method } from '../document/model';

export interface Found {
  readonly method: Method;
  /** The positions of the letters in the name that were typed. */
  readonly marks: readonly number[];
}

export interface Group {
  readonly namespace: string;
  readonly found: readonly Found[];
}

/** Methods by namespace, in the order of the document. */
export function grouped(found: readonly Found[]): readonly Group[] {
  const groups = new Map<string, Found[]>();
  for (const it of found) {
    const group = groups.get(it.method.namespace);
    if (group === undefined) groups.set(it.method.namespace, [it]);
    else group.push(it);
  }
  return [...groups].map(([namespace, found]) => ({ namespace, found }));
}

export function search(methods: readonly Method[], query: string): readonly Found[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return methods.map((method) => ({ method, marks: [] }));
  const ranked = methods.flatMap((method) => {
    const match = rank(method, wanted);
    return match === undefined ? [] : [{ method, ...match }];
  });
  return ranked.sort((one, other) => one.rank - other.rank);
}

/** The less, the better. */
function rank(method: Method, wanted: string): { rank: number; marks: readonly number[] } | undefined {
  for (const name of [method.name, ...method.aliases]) {
    const at = name.toLowerCase().indexOf(wanted);
    const isOwn = name === method.name;
    if (at >= 0) return { rank: isBeginning(name, at) ? 0 : 1, marks: isOwn ? range(at, wanted.length) : [] };
  }
  const marks = inOrder(method.name.toLowerCase(), wanted.replaceAll(' ', ''));
  if (marks !== undefined) return { rank: 2 + spread(marks) / 1000, marks };
  const docs = `${method.docs} ${method.tags.join(' ')}`.toLowerCase();
  return wanted.split(/\s+/).every((word) => docs.includes(word)) ? { rank: 3, marks: [] } : undefined;
}

/** Whether a word of the name begins here. */
function isBeginning(name: string, at: number): boolean {
  return at === 0 || /[^a-zA-Z0-9]/.test(name[at - 1] ?? '');
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

/** How far apart the letters are. */
function spread(marks: readonly number[]): number {
  return Math.min(999, (marks[marks.length - 1] ?? 0) - (marks[0] ?? 0));
}

function inOrder(name: string, letters: string): number[] | undefined {
  const marks: number[] = [];
  let at = -1;
  for (const letter of letters) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return undefined;
    marks.push(at);
  }
  return marks;
}
