// One call that is under way or over, with what has come of it.

import type { Json } from '../json/value';
import { prettyJson } from '../json/write';
import type { Header } from '../rpc/headers';
import { nextId, textOf, type Call } from '../rpc/message';
import { send, type Sent } from '../rpc/send';
import { cut } from '../text/cut';

/** How many items of a stream are kept. */
export const MAX_ITEMS = 500;
/** More of an item is not kept, since there are many. */
const MAX_ITEM = 4_000;

export interface Run {
  readonly call: Call;
  /** `undefined` while it is under way. */
  readonly sent: Sent | undefined;
  /** `undefined` unless it is a stream. */
  readonly stream: StreamState | undefined;
}

export interface StreamState {
  readonly items: readonly Item[];
  readonly total: number;
}

export interface Item {
  readonly number: number;
  /** JSON, or the beginning of it. */
  readonly text: string;
}

export interface Running {
  readonly isOver: () => boolean;
  readonly stop: () => void;
}

/** Sends a call, and says what has come of it, at most once for each picture that the browser draws. */
export function start(call: Call, headers: readonly Header[], onChange: (run: Run) => void, onEnd: (sent: Sent) => void): Running {
  const controller = new AbortController();
  let [items, total, isStream, frame]: [Item[], number, boolean, number] = [[], 0, false, 0];
  let isOver = false;
  const state = (sent: Sent | undefined): Run => ({ call, sent, stream: isStream ? { items: [...items], total } : undefined });
  const show = () => {
    frame = 0;
    onChange(state(undefined));
  };
  const schedule = () => {
    if (frame === 0) frame = requestAnimationFrame(show);
  };
  const listener = {
    opened: () => {
      isStream = true;
      schedule();
    },
    item: (value: Json) => {
      total += 1;
      items.push({ number: total, text: cut(prettyJson(value), MAX_ITEM) });
      if (items.length > MAX_ITEMS) items = items.slice(-MAX_ITEMS);
      schedule();
    },
  };
  const mayStream = call.method.stream !== undefined || !call.method.isDescribed;
  const options = { headers, signal: controller.signal, isNotification: call.isNotification, ...(mayStream ? { listener } : {}) };
  onChange(state(undefined));
  send(textOf(call, nextId()), options).finally(() => {
    isOver = true;
    cancelAnimationFrame(frame);
  }).then((sent) => {
    onChange(state(sent));
    onEnd(sent);
  }, (error: unknown) => {
    const answer = { kind: 'lost', reason: String(error) } as const;
    onChange(state({ exchange: { status: 0, milliseconds: 0, bytes: 0 }, answer, text: '' }));
  });
  return { isOver: () => isOver, stop: () => controller.abort() };
}
