// Texts as the literals of other languages.

/** For a POSIX shell. Words that mean nothing special to it stay as they are. */
export function shell(text: string): string {
  // Some shells look for a program when a word begins with `=`.
  if (/^[A-Za-z0-9_.,:@%+/-][A-Za-z0-9_.,:=@%+/-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A string in double quotes for JavaScript. JSON is nearly that. */
export function javaScript(text: string): string {
  const literal = JSON.stringify(text);
  return literal.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** In double quotes for Python, or in single quotes if that needs fewer escapes. */
export function python(text: string): string {
  const sign = text.includes('"') && !text.includes("'") ? "'" : '"';
  const escaped = [...text].map((character) => pythonCharacter(character, sign)).join('');
  return sign + escaped + sign;
}

function pythonCharacter(character: string, sign: string): string {
  if (character === sign || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029) return `\\u${code.toString(16).padStart(4, '0')}`;
  if (code >= 0xd800 && code <= 0xdfff) return `\\u${code.toString(16)}`;
  return character;
}

/** A raw string for Rust, with as many signs as it needs. A raw string can't have a bare carriage return. */
export function rust(text: string): string {
  if (/^[^"\\\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*$/.test(text)) return `"${text}"`;
  if (/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(text)) return escapedRust(text);
  let signs = '#';
  while (text.includes(`"${signs}`)) signs += '#';
  return `r${signs}"${text}"${signs}`;
}

function escapedRust(text: string): string {
  const escaped = [...text].map((character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    const isPlain = !/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(character);
    return isPlain ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return `"${escaped.join('')}"`;
}
