// Icons, drawn as elements. They are decoration: what they stand for is always said in words, too.

import type { VNode } from 'preact';

const PATHS = {
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  send: 'M3 2.5v11l10-5.5-10-5.5Z',
  stop: 'M4 4h8v8H4z',
  key: 'M9.5 6.5a3 3 0 1 0-2.6 3L8 8.5h1.5V10H11v1.5h2.5V9.5L9.4 7.4',
  stack: 'M2 5.5 8 2.5l6 3-6 3-6-3Zm0 3 6 3 6-3m-12 3 6 3 6-3',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-9.5V8l2.5 1.5',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm0-9.5v1.5m0 10v1.5m-6.5-6.5h1.5m10 0h1.5M3.4 3.4l1 1m7.2 7.2 1 1m0-9.2-1 1m-7.2 7.2-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5H2.5v-8h8V3',
  check: 'm3 8.5 3.5 3.5L13 4.5',
  link: 'M6.5 9.5l3-3M7 4.5 8.5 3a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3 3 0 0 1 3 8.5L4.5 7',
  plus: 'M8 3v10M3 8h10',
  close: 'm4 4 8 8m0-8-8 8',
  menu: 'M2 4h12M2 8h12M2 12h12',
  reset: 'M3 8a5 5 0 1 1 1.5 3.5M3 12V8.5h3.5',
  warning: 'M8 2 1.5 13.5h13L8 2Zm0 4.5v3.5m0 1.7v.3',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

/** The mark in front of the page's title. */
export function Mark(): VNode {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" class="mark-ground" />
      <path
        d="M12.5 8.5c-3 0-3.5 1.2-3.5 3.7 0 2.3-.5 3.3-2.5 3.8 2 .5 2.5 1.5 2.5 3.8 0 2.5.5 3.7 3.5 3.7m7-15c3 0 3.5 1.2 3.5 3.7 0 2.3.5 3.3 2.5 3.8-2 .5-2.5 1.5-2.5 3.8 0 2.5-.5 3.7-3.5 3.7"
        class="mark-sign"
      />
      <circle cx="16" cy="16" r="2" class="mark-dot" />
    </svg>
  );
}
