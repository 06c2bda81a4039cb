// Light or dark: as the system has it, or as the user chose.

import { load, store } from './storage';

export type Theme = 'system' | 'light' | 'dark';

export function loadTheme(): Theme {
  const theme = load('theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  store('theme', theme === 'system' ? '' : theme);
}

export function nextTheme(theme: Theme): Theme {
  return theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system';
}
