// The top of the page: whose API it is, and what concerns all calls.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { applyTheme, loadTheme, nextTheme, type Theme } from '../state/theme';
import { Icon, Mark, type IconName } from './icons';
import { Button } from './parts';

interface Props {
  readonly title: string;
  readonly version: string;
  readonly batchSize: number;
  readonly hasAuth: boolean;
  readonly isListOpen: boolean;
  readonly onAuth: () => void;
  readonly onList: () => void;
}

export function Toolbar({ title, version, batchSize, hasAuth, isListOpen, onAuth, onList }: Props): VNode {
  return (
    <header class="toolbar">
      <button type="button" class="button button-quiet button-bare list-button" aria-label="Methods" aria-expanded={isListOpen} onClick={onList}><Icon name="menu" /></button>
      <a class="brand" href="#"><Mark /><span class="brand-title">{title}</span>{version !== '' && <span class="version">{version}</span>}</a>
      <div class="tools">
        <button type="button" class={`button button-quiet tool${hasAuth ? ' tool-on' : ''}`} id="auth" onClick={onAuth}><Icon name="key" /><span class="tool-text">Auth</span>{hasAuth && <span class="unseen">, set</span>}</button>
        <a class="button button-quiet tool" href="#!batch"><Icon name="stack" /><span class="tool-text">Batch</span>{batchSize > 0 && <><span class="count">{batchSize}</span><span class="unseen"> calls</span></>}</a>
        <a class="button button-quiet tool" href="#!history"><Icon name="clock" /><span class="tool-text">History</span></a>
        <ThemeButton />
      </div>
    </header>
  );
}

const ICONS: Record<Theme, IconName> = { system: 'system', light: 'sun', dark: 'moon' };

function ThemeButton(): VNode {
  const [theme, setTheme] = useState(loadTheme);
  const change = () => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  return <Button icon={ICONS[theme]} label={`Theme: ${theme}`} isBare kind="quiet" onClick={change} />;
}
