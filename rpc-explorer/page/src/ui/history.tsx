// The latest calls, each of which can be opened again.

import type { VNode } from 'preact';
import type { Entry } from '../state/history';
import { hashOf } from '../state/link';
import { cut } from '../text/cut';
import { visible } from '../text/visible';
import { Badge, Button, time } from './parts';

export function HistoryView({ history, onClear }: { history: readonly Entry[]; onClear: () => void }): VNode {
  return (
    <div class="page-list">
      <header class="page-head">
        <h1 tabIndex={-1}>History</h1>
        {history.length > 0 && <Button label="Clear" kind="quiet" onClick={onClear} />}
      </header>
      <p class="hint">The last calls from this browser. Secrets, headers and replies are not kept.</p>
      {history.length === 0 && <p>Nothing yet.</p>}
      <ol class="history">
        {history.map((entry) => (
          <li key={`${entry.time}-${entry.method}-${entry.params}`}>
            <a href={hashOf({ view: 'method', name: entry.method, params: entry.params })}>
              <span class="history-name">{cut(visible(entry.method), 200)}</span>
              <code class="history-params">{cut(entry.params, 200)}</code>
            </a>
            <span class="numbers">
              <Badge tone={entry.isFailure ? 'bad' : 'good'}>{entry.outcome}</Badge>
              <span class="number">{time(entry.milliseconds)}</span>
              <time dateTime={new Date(entry.time).toISOString()}>{moment(new Date(entry.time))}</time>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The time, with the day unless it is today. */
function moment(time: Date): string {
  return time.toDateString() === new Date().toDateString() ? time.toLocaleTimeString() : time.toLocaleString();
}
