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
import { Badge, Button } from './parts';
import { AnswerView, Numbers } from './reply';

interface Props {
  readonly calls: readonly Call[];
  readonly headers: readonly Header[];
  readonly onChange: (calls: readonly Call[]) => void;
  readonly onSent: (call: Call, sent: Sent) => void;
}

interface Outcome {
  readonly sent: Sent;
  readonly calls: readonly Call[];
  readonly answers: readonly Answer[];
}

export function BatchView({ calls, headers, onChange, onSent }: Props): VNode {
  const [outcome, setOutcome] = useState<Outcome>();
  const [isUnderWay, setUnderWay] = useState(false);
  const sendAll = async () => {
    setUnderWay(true);
    const ids = calls.map(() => nextId());
    const text = writeJson(calls.map((call, index) => message(call, ids[index] ?? '')));
    const isNotification = calls.every((call) => call.isNotification);
    const sent = await send(text, { headers, signal: new AbortController().signal, isNotification });
    const answers = answersOf(calls, ids, sent);
    setOutcome({ sent, calls, answers });
    setUnderWay(false);
    calls.forEach((call, index) => onSent(call, { ...sent, answer: answers[index] ?? sent.answer }));
  };
  const remove = (index: number) => onChange(calls.filter((_, at) => at !== index));
  return (
    <div class="page-list">
      <header class="page-head"><h1 tabIndex={-1}>Batch</h1>{outcome !== undefined && <Numbers exchange={outcome.sent.exchange} />}</header>
      {calls.length === 0 && <p class="hint">Open a method and choose “Add to batch”. All calls of a batch are sent in one message.</p>}
      <ol class="cards">
        {calls.map((call, index) => (
          <li key={index} class="card batch-call">
            <div class="card-head">
              <a class="batch-name" href={hashOf({ view: 'method', name: call.method.name, params: '' })}>{call.method.name}</a>
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
          <button type="button" class="button button-primary" onClick={() => void sendAll()} disabled={isUnderWay}>Send {calls.length} together</button>
          <Button label="Remove all" kind="quiet" onClick={() => onChange([])} />
        </div>
      )}
    </div>
  );
}

function shownParams(call: Call): string {
  const params = withHiddenSecrets(call.method, call.params);
  const text = params === undefined ? 'no params' : writeSpaced(params);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
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
