// Sends messages to the page's own address, and reads what comes back.

import { readJson } from '../json/read';
import type { Json } from '../json/value';
import { EventReader } from './events';
import type { Header } from './headers';
import { answerIn, itemIn, readAnswer, type Answer, type Exchange } from './reply';

export interface Sent {
  readonly exchange: Exchange;
  readonly answer: Answer;
  /** The body, unless it was a stream. */
  readonly text: string;
}

/** What comes of a stream, as it comes. */
export interface StreamListener {
  opened(status: number): void;
  item(value: Json, bytes: number): void;
}

export interface Options {
  readonly headers: readonly Header[];
  readonly signal: AbortSignal;
  readonly isNotification: boolean;
  /** Takes a stream, too. */
  readonly listener?: StreamListener;
}

/** The endpoint that has served this page. */
export function endpoint(): string {
  return location.pathname + location.search;
}

export async function send(message: string, options: Options): Promise<Sent> {
  const begun = performance.now();
  const numbers = { status: 0, bytes: 0 };
  const exchange = () => ({ ...numbers, milliseconds: performance.now() - begun });
  try {
    const response = await fetch(endpoint(), {
      method: 'POST',
      headers: head(options),
      body: message,
      signal: options.signal,
      cache: 'no-store',
      redirect: 'error',
    });
    numbers.status = response.status;
    const count = (bytes: number) => { numbers.bytes += bytes; };
    if (options.listener !== undefined && isStream(response)) {
      const answer = await readStream(response, options.listener, count);
      return { exchange: exchange(), answer, text: '' };
    }
    const text = await readAll(response, count);
    return { exchange: exchange(), answer: answerOf(response, text, options.isNotification), text };
  } catch (error) {
    const answer: Answer = { kind: 'lost', reason: reasonOf(error, options.signal) };
    return { exchange: exchange(), answer, text: '' };
  }
}

function head(options: Options): Record<string, string> {
  const accept = options.listener === undefined ? 'application/json' : 'application/json, text/event-stream';
  const own = Object.fromEntries(options.headers.map(({ name, value }) => [name, value]));
  return { ...own, 'content-type': 'application/json', accept };
}

function isStream(response: Response): boolean {
  return (response.headers.get('content-type') ?? '').startsWith('text/event-stream');
}

/** A refusal of HTTP is not an answer to a notification. */
function answerOf(response: Response, text: string, isNotification: boolean): Answer {
  const answer = readAnswer(text, isNotification && response.ok);
  if (answer.kind !== 'other' || response.status !== 401) return answer;
  return { ...answer, reason: 'The server wants credentials, which you can set under “Auth”.' };
}

async function readAll(response: Response, count: (bytes: number) => void): Promise<string> {
  const bytes = await response.arrayBuffer();
  count(bytes.byteLength);
  return new TextDecoder().decode(bytes);
}

async function readStream(response: Response, listener: StreamListener, count: (bytes: number) => void): Promise<Answer> {
  listener.opened(response.status);
  const body = response.body?.getReader();
  if (body === undefined) return { kind: 'lost', reason: 'the stream has no body' };
  try {
    return await lastOf(body, listener, count);
  } finally {
    // The server may go on after the answer, or after what is not an answer.
    void body.cancel().catch(() => {});
  }
}

async function lastOf(body: ReadableStreamDefaultReader<Uint8Array>, listener: StreamListener, count: (bytes: number) => void): Promise<Answer> {
  const [events, decoder] = [new EventReader(), new TextDecoder()];
  for (;;) {
    const { done, value } = await body.read();
    if (done) return { kind: 'lost', reason: 'the stream was cut off before its end' };
    count(value.byteLength);
    for (const data of events.push(decoder.decode(value, { stream: true }))) {
      const message = readJson(data);
      const answer = answerIn(message);
      if (answer !== undefined) return answer;
      const item = itemIn(message);
      if (item !== undefined) listener.item(item, data.length);
    }
  }
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'stopped';
  if (error instanceof TypeError) return `no answer from the server (${error.message})`;
  return error instanceof Error ? error.message : String(error);
}
