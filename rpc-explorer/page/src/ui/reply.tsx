// What has come of a call: its result or its error, with time, size and status.

import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Method } from '../document/model';
import type { Json } from '../json/value';
import { prettyJson } from '../json/write';
import { Markdown } from '../markdown/blocks';
import { knownError, type Answer, type ErrorObject, type Exchange } from '../rpc/reply';
import { MAX_ITEMS, type Item, type Run, type StreamState } from '../state/run';
import { pieces } from '../text/pieces';
import { JsonView, TextView } from './json-view';
import { Badge, CopyButton, size, time } from './parts';

/** A longer message gets a place of its own. */
const MAX_MESSAGE = 2_000;

export function Reply({ run, onStop }: { run: Run | undefined; onStop: () => void }): VNode {
  return (
    <section class="card reply" aria-labelledby="reply-title">
      <header class="card-head">
        <h2 id="reply-title">Reply</h2>
        {run?.sent !== undefined && <Numbers exchange={run.sent.exchange} />}
        {run !== undefined && run.sent === undefined && (
          <span class="numbers"><span class="pulse" aria-hidden="true" />{run.stream === undefined ? 'waiting' : 'streaming'}
            <button type="button" class="button button-danger" onClick={onStop}>Stop</button>
          </span>
        )}
      </header>
      <p class="unseen" role="status">{run === undefined ? '' : spoken(run)}</p>
      <div class="card-body">
        {run === undefined && <p class="hint">Nothing has been sent yet.</p>}
        {run?.stream !== undefined && <Items stream={run.stream} />}
        {run?.sent !== undefined && <AnswerView method={run.call.method} answer={run.sent.answer} isStream={run.stream !== undefined} />}
      </div>
    </section>
  );
}

export function Numbers({ exchange }: { exchange: Exchange }): VNode {
  const { status, milliseconds, bytes } = exchange;
  return (
    <span class="numbers">
      {status !== 0 && <Badge tone={status < 300 ? 'good' : 'bad'}>HTTP {status}</Badge>}
      <span class="number">{time(milliseconds)}</span>
      <span class="number">{size(bytes)}</span>
    </span>
  );
}

interface AnswerProps {
  readonly method: Method;
  readonly answer: Answer;
  readonly isStream?: boolean;
}

export function AnswerView({ method, answer, isStream = false }: AnswerProps): VNode {
  switch (answer.kind) {
    case 'result':
      if (isStream) return <End value={answer.value} />;
      return (
        <div class="result">
          <div class="result-tools"><CopyButton text={() => prettyJson(answer.value)} label="Copy result" isBare /></div>
          <JsonView value={answer.value} label="result" />
        </div>
      );
    case 'error': return <ErrorView method={method} error={answer.error} />;
    case 'nothing': return <p class="end"><Badge tone="good">sent</Badge> A notification gets no answer.</p>;
    case 'other': return (
      <div class="failure">
        <p><Badge tone="bad">no JSON-RPC reply</Badge> {answer.reason}</p>
        {answer.text !== '' && <TextView text={answer.text} label="body of the response" />}
      </div>
    );
    case 'lost': return (
      <div class="failure" role={answer.reason === 'stopped' ? 'note' : 'alert'}>
        <p><Badge tone={answer.reason === 'stopped' ? 'plain' : 'bad'}>{answer.reason === 'stopped' ? 'stopped' : 'lost'}</Badge> {answer.reason === 'stopped' ? 'You have stopped it.' : answer.reason}</p>
      </div>
    );
  }
}

/** The end of a stream. Most end with nothing. */
function End({ value }: { value: Json }): VNode {
  return (
    <>
      <p class="end"><Badge tone="good">end</Badge> The stream has ended{value === null ? '.' : ' with this result:'}</p>
      {value !== null && <JsonView value={value} label="result" />}
    </>
  );
}

/** An error object, with what the document says about its code. */
function ErrorView({ method, error }: { method: Method; error: ErrorObject }): VNode {
  const known = knownError(method, error.code);
  return (
    <div class="failure">
      <p class="failure-head">
        <Badge tone="bad">error {error.code}</Badge>
        {known !== undefined && <strong class="failure-name">{known.name}</strong>}
        {known !== undefined && known.kind !== '' && <Badge>{known.kind}</Badge>}
        {known?.isDeclared === true && <Badge tone="accent">declared</Badge>}
      </p>
      {error.message.length > MAX_MESSAGE
        ? <TextView text={error.message} label="message of the error" />
        : <p class="failure-message">{error.message}</p>}
      {known !== undefined && known.docs !== '' && <div class="failure-docs"><Markdown text={known.docs} /></div>}
      {error.data !== undefined && <><h3 class="small-title">Data</h3><JsonView value={error.data} label="data of the error" /></>}
    </div>
  );
}

function Items({ stream }: { stream: StreamState }): VNode {
  const hidden = stream.total - stream.items.length;
  return (
    <div class="stream">
      <p class="hint">{stream.total} item{stream.total === 1 ? '' : 's'}{hidden > 0 ? `, of which the last ${MAX_ITEMS} are kept` : ''}</p>
      <ol class="items" tabIndex={0} aria-label="items, the newest first">
        {[...stream.items].reverse().map((item) => <StreamItem key={item.number} item={item} />)}
      </ol>
    </div>
  );
}

/** The list is drawn again for each new item, and this is not. */
function StreamItem({ item }: { item: Item }): VNode {
  return useMemo(() => <li class="stream-item"><span class="item-number">{item.number}</span><code>{pieces(item.text)}</code></li>, [item]);
}

/** For screen readers. Items are not read out one by one. */
function spoken({ sent, stream }: Run): string {
  if (sent === undefined) return stream === undefined ? 'Waiting for the reply' : 'The stream has begun';
  switch (sent.answer.kind) {
    case 'result': return stream === undefined ? 'The result is there' : `The stream has ended after ${stream.total} items`;
    case 'error': return `Error ${sent.answer.error.code}: ${sent.answer.error.message.slice(0, 200)}`;
    case 'nothing': return 'The notification was sent';
    case 'other': return 'The reply is not JSON-RPC';
    case 'lost': return sent.answer.reason === 'stopped' ? 'Stopped' : 'No reply';
  }
}
