// Streams: calls that answer more than once, as server-sent events or over a WebSocket.
//
// A stream ends in one of three ways. A clean end ends the loop. An error of the server is thrown as its class. A lost connection
// is thrown as a `TransportError`, unless the stream has cursors: then it is opened again after the last item that was read.

import { RpcError, TransportError, UndeclaredError, failure, verdictOf, type Verdict } from "./errors.js";
import { members, read, write } from "./json.js";
import { checked, follow, nextId, repliesIn, request, settle, timer } from "./runtime.js";
import type { CallOptions, Incoming, Message, Method, Rpc } from "./runtime.js";

declare const declared: unique symbol;

/** The items of a stream. It opens when it is read, by `for await` for example. Leaving the loop stops the stream. */
export type Stream<T, R, E> = AsyncGenerator<T, R, void> & { readonly [declared]?: E };

/** What a stream can be given. */
export interface StreamOptions extends CallOptions {
  /** How many milliseconds the stream may be silent once it has begun, before it fails. No limit by default. */
  readonly idleTimeout?: number | undefined;
  /** Is called each time that the stream was cut off and will be opened again. */
  readonly onReopen?: ((reason: RpcError | TransportError) => void) | undefined;
}

/** The longest pause before the first attempt to open a stream again, in milliseconds. Each further one may be twice as long. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 30_000;

/** Opens a stream. One that has cursors is opened again after it was cut off, until its server refuses. */
export function stream<T, R, E>(
  rpc: Rpc,
  method: Method,
  params: object = {},
  options: StreamOptions = {},
): Stream<T, R, E> {
  const left = new AbortController();
  const items = itemsOf<T, R>(rpc, method, params, options, left.signal);
  const end = items.return.bind(items);
  // A generator that waits for an item would only end once that has come.
  items.return = (result) => {
    left.abort();
    return end(result);
  };
  return items;
}

async function* itemsOf<T, R>(
  rpc: Rpc,
  method: Method,
  params: object,
  options: StreamOptions,
  left: AbortSignal,
): AsyncGenerator<T, R, void> {
  const [stop, unlink] = follow(options.signal);
  left.addEventListener("abort", () => stop.abort());
  const resuming = new Resuming(method, params, { ...options, signal: stop.signal });
  try {
    return yield* attempts<T, R>(rpc, method, resuming);
  } catch (error) {
    if (left.aborted) return undefined as R;
    throw error;
  } finally {
    unlink();
  }
}

async function* attempts<T, R>(rpc: Rpc, method: Method, resuming: Resuming): AsyncGenerator<T, R, void> {
  for (;;) {
    const attempt = new Attempt(rpc, method, resuming);
    let failed: unknown;
    try {
      for (;;) {
        const incoming = await attempt.next();
        if (incoming === undefined) continue;
        if (incoming["method"] === undefined) return settle(method, incoming) as R;
        const said = members(incoming["params"]);
        if (method.unsubscribe !== undefined) {
          // An item has a `result`, and a failure an `error`, as if it were a reply.
          yield settle({ ...method, result: method.item }, said) as T;
        } else if (said["token"] === attempt.id && "value" in said) {
          resuming.passed(said);
          yield checked(said["value"], method.item) as T;
        }
      }
    } catch (error) {
      failed = error;
    } finally {
      await attempt.end();
    }
    await resuming.wait(failed);
  }
}

/** One attempt to open a stream, and the messages that come of it. */
class Attempt {
  readonly id: number = nextId();
  readonly #stop: AbortController;
  readonly #unlink: () => void;
  readonly #resuming: Resuming;
  readonly #opening: number | undefined;
  readonly #messages: AsyncGenerator<Incoming, void, void>;
  #isOpen = false;

  constructor(rpc: Rpc, method: Method, resuming: Resuming) {
    const { params, options } = resuming;
    const message = request(
      method,
      method.token === undefined ? params : { ...params, [method.token]: this.id },
      this.id,
    );
    [this.#stop, this.#unlink] = follow(options.signal);
    this.#resuming = resuming;
    this.#opening = options.timeout ?? rpc.opening;
    this.#messages = open(rpc, message, { ...options, signal: this.#stop.signal }, method.unsubscribe);
  }

  /** The next message. A stream that is silent for too long is given up. */
  async next(): Promise<Incoming> {
    const limit = this.#isOpen ? this.#resuming.options.idleTimeout : this.#resuming.left(this.#opening);
    const tooLate = new DOMException("the stream is silent", "TimeoutError");
    const giveUp = (): void => this.#stop.abort(tooLate);
    const late = limit === undefined ? undefined : setTimeout(giveUp, timer(limit));
    try {
      const { value, done } = await this.#messages.next();
      if (done === true) throw new TransportError("the stream broke off before its end", { retryable: true });
      // A server that does not open the stream replies at once.
      if (value === undefined || value["method"] !== undefined) this.#isOpen = this.#resuming.hasOpened = true;
      return value;
    } catch (error) {
      // One that does not open may do so later. One that falls silent fails.
      throw this.#isOpen && this.#stop.signal.reason === tooLate ? silent() : error;
    } finally {
      clearTimeout(late);
    }
  }

  /** Tells the server to stop, unless the stream has ended. */
  async end(): Promise<void> {
    await this.#messages.return();
    this.#stop.abort();
    this.#unlink();
  }
}

/** From where a stream goes on, and when. */
class Resuming {
  /** The params of the next attempt. */
  params: object;
  hasOpened = false;
  readonly options: StreamOptions;
  readonly #method: Method;
  /** How many attempts were made since the last item. */
  #attempts = 0;
  /** When the stream was cut off, if no item has come since. */
  #since: number | undefined;

  constructor(method: Method, params: object, options: StreamOptions) {
    this.#method = method;
    this.params = params;
    this.options = options;
  }

  /** Notes the cursor of an item. */
  passed(said: Readonly<Record<string, unknown>>): void {
    this.#since = undefined;
    const { cursor } = this.#method;
    if (cursor === undefined || !("cursor" in said)) return;
    // An item without a cursor comes again after each attempt, so it is no progress.
    this.#attempts = 0;
    this.params = { ...this.params, [cursor]: said["cursor"] };
  }

  /** How much of a time is left, as far as the stream may be silent. */
  left(time: number | undefined): number | undefined {
    const { idleTimeout } = this.options;
    if (this.#since === undefined || idleTimeout === undefined) return time;
    const left = Math.max(this.#since + idleTimeout - Date.now(), 0);
    return time === undefined ? left : Math.min(time, left);
  }

  /** Waits until the stream may be opened again. It throws a failure that does not pass. */
  async wait(reason: unknown): Promise<void> {
    const { signal, onReopen } = this.options;
    if (!mayPass(reason) || !this.hasOpened || this.#method.cursor === undefined || signal?.aborted === true)
      throw reason;
    this.#since ??= Date.now();
    if (this.left(1) === 0) throw silent();
    onReopen?.(reason);
    // A random part is taken off, so that not all clients of a server come back at the same moment.
    const longest = Math.min(FIRST_PAUSE * 2 ** this.#attempts++, LONGEST_PAUSE);
    const pause = Math.max(longest * (0.5 + Math.random() / 2), (reason as Partial<Verdict>).retryAfter ?? 0);
    await sleep(this.left(pause) ?? pause, signal);
    if (this.left(1) === 0) throw silent();
  }
}

function silent(): TransportError {
  const cause = new DOMException("the stream is silent", "TimeoutError");
  return new TransportError("the stream was silent for too long", { cause });
}

/** Whether a stream that has failed so may be opened again. */
function mayPass(reason: unknown): reason is RpcError | TransportError {
  if (reason instanceof TransportError || reason instanceof UndeclaredError) return reason.retryable;
  return reason instanceof RpcError && verdictOf(Number(reason.code)).retryable;
}

function sleep(time: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(failure(signal.reason));
    const abort = (): void => {
      clearTimeout(late);
      reject(failure(signal?.reason));
    };
    const late = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, timer(time));
    signal?.addEventListener("abort", abort, { once: true });
  });
}

function open(
  rpc: Rpc,
  message: Message,
  options: CallOptions,
  unsubscribe?: string,
): AsyncGenerator<Incoming, void, void> {
  if (rpc.stream !== undefined) return rpc.stream(message, options, unsubscribe);
  if (rpc.post === undefined) throw new TypeError("a stream can't be part of a batch");
  if (unsubscribe === undefined) return events(rpc.post, message, options);
  throw new TransportError("a subscription needs a WebSocket", { execution: "did not run" });
}

/** The messages of a stream over HTTP. A server that refuses to open it answers as to any call. */
async function* events(
  post: NonNullable<Rpc["post"]>,
  message: Message,
  options: CallOptions,
): AsyncGenerator<Incoming, void, void> {
  const body = write(message);
  try {
    const response = await post(body, "text/event-stream, application/json", options);
    const type = response.headers.get("content-type") ?? "";
    if (!response.ok || response.body === null || !/^text\/event-stream *(;|$)/i.test(type)) {
      yield (await repliesIn(response, [message]))[0];
      return;
    }
    yield undefined;
    for await (const data of dataOf(response.body)) yield members(read(data));
  } catch (error) {
    throw failure(error);
  }
}

/** The data of each server-sent event. */
async function* dataOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let line = "";
  let data: string[] = [];
  let isSplit = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const decoded = decoder.decode(value, { stream: true });
    if (decoded === "") continue;
    // The other half of a line break may have come before.
    const pieces = decoded.slice(isSplit && decoded.startsWith("\n") ? 1 : 0).split(/\r\n|\n|\r/);
    isSplit = decoded.endsWith("\r");
    for (const [index, piece] of pieces.entries()) {
      line += piece;
      if (index === pieces.length - 1) break;
      if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      else if (line === "" && data.length > 0) {
        yield data.join("\n");
        data = [];
      }
      line = "";
    }
  }
}
