// Long texts without spaces, in pieces.

import type { ComponentChildren } from 'preact';

const LENGTH = 500;

/**
 * A text as it is, or as elements if much of it has no spaces. The time that a browser needs to lay out some such texts grows with the
 * square of their length.
 */
export function pieces(text: string): ComponentChildren {
  if (text.length <= 2 * LENGTH || !/\S{500}/.test(text)) return text;
  const found: ComponentChildren[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + LENGTH;
    // The halves of a surrogate pair stay together.
    const after = /[\ud800-\udbff]/.test(text[end - 1] ?? '') ? end + 1 : end;
    found.push(<span>{text.slice(at, after)}</span>);
    at = after;
  }
  return found;
}
