// The browser's storage, for this endpoint. A page may be without, as in a private window.

function key(name: string): string {
  return `rpc-explorer:${location.pathname}:${name}`;
}

export function load(name: string): string {
  try {
    return localStorage.getItem(key(name)) ?? '';
  } catch {
    return '';
  }
}

export function store(name: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(key(name));
    else localStorage.setItem(key(name), text);
  } catch {
    // It is full or forbidden. The page works without it.
  }
}
