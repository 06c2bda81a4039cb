// The latest calls. Secrets, headers and replies are never kept.

import { tryReadJson } from '../json/read';
import { isList, JsonNumber, member, textMember, type Json } from '../json/value';
import { writeJson } from '../json/write';
import { withoutSecrets, type Call } from '../rpc/message';
import type { Sent } from '../rpc/send';
import { MAX_PARAMS } from './link';
import { load, store } from './storage';

const MAX_ENTRIES = 50;
/** The last moment that a date can have. */
const MAX_TIME = 8.64e15;

export interface Entry {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  /** JSON, or empty. */
  readonly params: string;
  readonly outcome: string;
  readonly isFailure: boolean;
  readonly milliseconds: number;
}

export function entryOf(call: Call, sent: Sent): Entry {
  // Nobody knows which params of an unknown method are secret.
  const params = call.method.isDescribed ? withoutSecrets(call.method, call.params) : undefined;
  const text = params === undefined ? '' : writeJson(params);
  const { answer } = sent;
  return {
    time: Date.now(),
    method: call.method.name,
    // No link could open it again with more.
    params: text.length > MAX_PARAMS ? '' : text,
    outcome: outcomeOf(sent),
    isFailure: answer.kind !== 'result' && answer.kind !== 'nothing',
    milliseconds: Math.round(sent.exchange.milliseconds),
  };
}

function outcomeOf({ answer, exchange }: Sent): string {
  switch (answer.kind) {
    case 'result': return 'result';
    case 'nothing': return 'sent';
    case 'error': return `error ${answer.error.code}`;
    case 'other': return `status ${exchange.status}`;
    case 'lost': return answer.reason === 'stopped' ? 'stopped' : 'no answer';
  }
}

export function withEntry(history: readonly Entry[], entry: Entry): readonly Entry[] {
  return [entry, ...history].slice(0, MAX_ENTRIES);
}

export function saveHistory(history: readonly Entry[]): void {
  store('history', history.length === 0 ? '' : JSON.stringify(history));
}

export function loadHistory(): readonly Entry[] {
  const entries = tryReadJson(load('history'));
  return isList(entries) ? entries.slice(0, MAX_ENTRIES).flatMap(readEntry) : [];
}

function readEntry(entry: Json): Entry[] {
  const method = textMember(entry, 'method');
  const number = (name: string) => {
    const value = member(entry, name);
    const count = value instanceof JsonNumber ? Number(value.text) : 0;
    return Math.abs(count) <= MAX_TIME ? count : 0;
  };
  return method === '' ? [] : [{
    time: number('time'),
    method,
    params: textMember(entry, 'params'),
    outcome: textMember(entry, 'outcome'),
    isFailure: member(entry, 'isFailure') === true,
    milliseconds: number('milliseconds'),
  }];
}
