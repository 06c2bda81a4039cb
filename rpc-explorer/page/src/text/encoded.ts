// Texts as parts of an address.

/** As `encodeURIComponent`, which throws at half of a surrogate pair. A name in a document may have one. */
export function encoded(text: string): string {
  return encodeURIComponent(wellFormed(text));
}

/** With a replacement character for every half of a surrogate pair. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
