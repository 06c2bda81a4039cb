// Names as people can tell them apart.

/** What has no shape of its own, or changes the order of what is around it. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A name with escapes in place of what can't be seen, and in quotes if it is nothing but space. */
export function visible(name: string): string {
  const shown = name.replace(UNSEEN, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
  return shown.trim() === '' ? `"${shown}"` : shown;
}
