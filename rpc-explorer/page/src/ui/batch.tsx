// Calls that are sent together, and the reply to each.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { tryReadJson } from '../json/read';
import { isList, JsonNumber, member, type Json } from '../json/value';
import { writeJson, writeSpaced } from '../json/write';
import type { Header } from '../rpc/headers';
import { message, nextId, withHiddenSecrets, type Call } from '../rpc/message';
import { answerIn, type Answer } from '../rpc/reply';
import { send, type Sent } from '../rpc/send';
import { hashOf } from '../state/link';
import { cut } from '../text/cut';
import { visible } from '../text/visible';
import { Badge, Button } from './parts';
import { AnswerView, Numbers } from './reply';

/** The calls of a batch, and what has come of them. It stays while other views are open. */
export interface Batch {
  readonly calls: readonly Call[];
  readonly outcome: Outcome | undefined;
  readonly isUnderWay: boolean;
  readonly change: (calls: readonly Call[]) => void;
  readonly send: () => void;
  readonly stop: () => void;
}

interface Outcome {
  readonly sent: Sent;
  readonly calls: readonly Call[];
  readonly answers: readonly Answer[];
}

export function useBatch(headers: readonly Header[], onSent: (call: Call, sent: Sent) => void): Batch {
  const [calls, change] = useState<readonly Call[]>([]);
  const [outcome, setOutcome] = useState<Outcome>();
  const [controller, setController] = useState<AbortController>();
  const sendAll = async () => {
    const controller = new AbortController();
    setController(controller);
    const ids = calls.map(() => nextId());
    const text = writeJson(calls.map((call, index) => message(call, ids[index] ?? '')));
    const isNotification = calls.every((call) => call.isNotification);
    const sent = await send(text, { headers, signal: controller.signal, isNotification });
    const answers = answersOf(calls, ids, sent);
    setOutcome({ sent, calls, answers });
    setController(undefined);
    calls.forEach((call, index) => onSent(call, { ...sent, answer: answers[index] ?? sent.answer }));
  };
  return {
    calls, outcome, change,
    isUnderWay: controller !== undefined,
    send: () => void sendAll(),
    stop: () => controller?.abort(),
  };
}

export function BatchView({ batch }: { batch: Batch }): VNode {
  const { calls, outcome, isUnderWay, change } = batch;
  const remove = (index: number) => change(calls.filter((_, at) => at !== index));
  return (
    <div class="page-list">
      <header class="page-head"><h1 tabIndex={-1}>Batch</h1>{outcome !== undefined && <Numbers exchange={outcome.sent.exchange} />}</header>
      {calls.length === 0 && <p class="hint">Open a method and choose “Add to batch”. All calls of a batch are sent in one message.</p>}
      <ol class="cards">
        {calls.map((call, index) => (
          <li key={index} class="card batch-call">
            <div class="card-head">
              <a class="batch-name" href={hashOf({ view: 'method', name: call.method.name, params: '' })}>{cut(visible(call.method.name), 200)}</a>
              {call.isNotification && <Badge tone="accent">notification</Badge>}
              <Button icon="close" label={`Remove ${call.method.name}`} isBare kind="quiet" onClick={() => remove(index)} />
            </div>
            <p class="batch-params"><code>{shownParams(call)}</code></p>
            {outcome?.calls === calls && <div class="card-body"><AnswerView method={call.method} answer={outcome.answers[index] ?? outcome.sent.answer} /></div>}
          </li>
        ))}
      </ol>
      {calls.length > 0 && (
        <div class="actions">
          <button type="button" class="button button-primary" onClick={batch.send} disabled={isUnderWay}>Send {calls.length} together</button>
          {isUnderWay && <Button label="Stop" kind="danger" onClick={batch.stop} />}
          <Button label="Remove all" kind="quiet" onClick={() => change([])} />
        </div>
      )}
    </div>
  );
}

function shownParams(call: Call): string {
  const params = withHiddenSecrets(call.method, call.params);
  const text = params === undefined ? 'no params' : writeSpaced(params);
  return cut(text, 300);
}

/** Replies come in any order, and know their call by its id. */
function answersOf(calls: readonly Call[], ids: readonly string[], sent: Sent): readonly Answer[] {
  const replies = tryReadJson(sent.text);
  return calls.map((call, index): Answer => {
    const reply = isList(replies) ? replies.find((it) => isId(member(it, 'id'), ids[index] ?? '')) : undefined;
    const answer = reply === undefined ? undefined : answerIn(reply);
    if (answer !== undefined) return answer;
    if (call.isNotification && (isList(replies) || sent.answer.kind === 'nothing')) return { kind: 'nothing' };
    return isList(replies) ? { kind: 'lost', reason: 'the reply to this call is missing' } : sent.answer;
  });
}

function isId(id: Json | undefined, wanted: string): boolean {
  return id instanceof JsonNumber && id.text === wanted;
}
