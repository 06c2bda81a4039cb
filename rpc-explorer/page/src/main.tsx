// Starts the page.

import { render } from 'preact';
import { applyTheme, loadTheme } from './state/theme';
import { App } from './ui/app';

applyTheme(loadTheme());
const place = document.getElementById('page');
if (place !== null) render(<App />, place);
