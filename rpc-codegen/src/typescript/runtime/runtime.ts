// The runtime of generated clients: calls, batches and HTTP. It has no dependencies, and runs in browsers and in Node 20 or newer.

import { RpcError, TransportError, UndeclaredError, failure, type Failure, type Verdict } from "./errors.js";
import { decode, members, read, write, type Shape } from "./json.js";

export { RpcError, TransportError, UndeclaredError, type Execution, type Failure } from "./errors.js";
export type { Shape } from "./json.js";

/** What a call can be given. */
export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  /** How many milliseconds to wait for the reply, or for a stream to open. Over HTTP, the server is told. */
  readonly timeout?: number | undefined;
  /** More headers, for calls over HTTP. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

declare const declared: unique symbol;

/** A call on its way: a promise of `T`, which may be rejected with an `E`. */
export type Call<T, E> = Promise<T> & { readonly [declared]?: E };

/** Waits for a call without throwing: `[data, undefined]`, or `[undefined, error]`. */
export async function safe<T, E>(
  call: Call<T, E>,
): Promise<[data: T, error: undefined] | [data: undefined, error: Failure<E>]> {
  try {
    return [await call, undefined];
  } catch (error) {
    if (error instanceof RpcError || error instanceof TransportError) return [undefined, error as Failure<E>];
    throw error;
  }
}

/** A connection to a server: see `http`, and `webSocket` in `websocket.ts`. */
export interface Rpc {
  /** Sends messages as one, and returns their replies in the same order. */
  send(messages: readonly Message[], options: CallOptions): Promise<readonly Incoming[]>;
  /** Posts a call whose answer may be server-sent events. */
  readonly post?: (body: string, accept: string, options: CallOptions) => Promise<Response>;
  /**
   * Sends a call, and returns all messages that belong to it. `undefined` says that the stream is open, and the last one is the
   * reply. With the method `unsubscribe`, the messages are the notifications with the id that the reply has.
   */
  readonly stream?: (
    message: Message,
    options: CallOptions,
    unsubscribe?: string,
  ) => AsyncGenerator<Incoming, void, void>;
  /** How many milliseconds a stream may take to open, unless it says otherwise. */
  readonly opening?: number | undefined;
}

/** A request, or a notification if it has no id. */
export interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: unknown;
}

const said: unique symbol = Symbol();

/** A message of the server, not checked yet. `undefined` in place of the reply to a notification. */
export type Incoming = (Readonly<Record<string, unknown>> & { readonly [said]?: Partial<Verdict> }) | undefined;

/** What the generated code knows of a method. */
export interface Method {
  readonly name: string;
  readonly params?: readonly string[];
  readonly by?: "name" | "position";
  readonly result?: Shape | undefined;
  readonly item?: Shape | undefined;
  readonly cursor?: string;
  readonly token?: string;
  readonly unsubscribe?: string;
  readonly errors?: Readonly<Record<number, Declared>>;
}

/** The class of a declared error, and the shape of its data. */
export type Declared = readonly [type: new (code: never, message: string, data: never) => RpcError, data?: Shape];

let lastId = 0;

/** An id for a call. All connections count together. */
export function nextId(): number {
  return ++lastId;
}

/** Calls a method. */
export function call<T, E>(rpc: Rpc, method: Method, params?: object, options: CallOptions = {}): Call<T, E> {
  // The message is sent before anything is awaited, which `batch` relies on.
  const replies = rpc.send([request(method, params, nextId())], options);
  return replies.then(([reply]) => settle(method, reply) as T);
}

/** Sends a notification. */
export async function notify(rpc: Rpc, method: Method, params?: object, options: CallOptions = {}): Promise<void> {
  await rpc.send([request(method, params)], options);
}

/**
 * Sends the calls that a function makes as one message:
 * `const [a, b] = await batch(rpc, (rpc) => [orders.list(rpc), ping(rpc)])`.
 */
export function batch<T extends readonly unknown[] | []>(
  rpc: Rpc,
  calls: (rpc: Rpc) => T,
  options: CallOptions = {},
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const queue = new Queue((messages) => rpc.send(messages, options));
  const results = calls({ send: (messages) => queue.add(messages) });
  queue.flush();
  return Promise.all(results);
}

/** The message of a call. */
export function request(method: Method, params?: object, id?: number): Message {
  const message = { jsonrpc: "2.0", ...(id === undefined ? {} : { id }), method: method.name };
  const names = method.params;
  if (names === undefined || names.length === 0) return message;
  const given = (params ?? {}) as Readonly<Record<string, unknown>>;
  const values = names.map((name) => (Object.hasOwn(given, name) ? given[name] : undefined));
  while (values.length > 0 && values.at(-1) === undefined) values.pop();
  // A gap can only be left by name, or else filled with null.
  const byName = method.by === "name" || (method.by === undefined && values.includes(undefined));
  return { ...message, params: byName ? given : values };
}

/** The result of a reply, or its error thrown. */
export function settle(method: Method, reply: Incoming): unknown {
  const error = reply?.["error"] ?? undefined;
  if (error !== undefined) throw errorOf(method, members(error), reply?.[said]);
  if (reply === undefined || !("result" in reply))
    throw new TransportError("neither a result nor an error in the reply");
  return checked(reply["result"], method.result);
}

function errorOf(
  { errors }: Method,
  { code, message, data }: Readonly<Record<string, unknown>>,
  about: Partial<Verdict> | undefined,
): RpcError | TransportError {
  if (typeof code !== "number" || typeof message !== "string")
    return new TransportError("the error in the reply is not an error object", about);
  const known = errors?.[code];
  if (known === undefined) return new UndeclaredError(code, message, data, about);
  return new known[0](code as never, message, checked(data, known[1]) as never);
}

/** A value that came, with its numbers as the contract has them. */
export function checked(value: unknown, shape: Shape | undefined): unknown {
  try {
    return decode(value, shape);
  } catch (error) {
    throw failure(error, "ran");
  }
}

/** Messages that wait to be sent as one. */
class Queue {
  #waiting: {
    readonly message: Message;
    readonly resolve: (reply: Incoming) => void;
    readonly reject: (reason: unknown) => void;
  }[] = [];
  readonly #send: (messages: readonly Message[]) => Promise<readonly Incoming[]>;

  constructor(send: (messages: readonly Message[]) => Promise<readonly Incoming[]>) {
    this.#send = send;
  }

  async add(messages: readonly Message[]): Promise<readonly Incoming[]> {
    // What can't be written fails by itself, and not with all that it would be sent with.
    write(messages);
    const wait = (message: Message): Promise<Incoming> =>
      new Promise((resolve, reject) => this.#waiting.push({ message, resolve, reject }));
    return Promise.all(messages.map(wait));
  }

  get size(): number {
    return this.#waiting.length;
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    this.#send(waiting.map(({ message }) => message)).then(
      (replies) => waiting.forEach(({ resolve }, index) => resolve(replies[index])),
      (reason: unknown) => waiting.forEach(({ reject }) => reject(reason)),
    );
  }
}

/** How calls over HTTP are made. */
export interface HttpOptions {
  /** Headers of every request, or a function that returns them, such as a fresh token. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);
  /** How many milliseconds to wait, unless a call says otherwise. No limit by default, and 30 s for a stream to open. */
  readonly timeout?: number;
  /** Whether the server is told how long a call waits, in the header `rpc-timeout-ms`. It is by default. */
  readonly tellTimeout?: boolean;
  /** Collects calls that are made at the same time into one message, of at most so many calls. Calls with options of their own go alone. */
  readonly batching?: number;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Calls over HTTP, and streams as server-sent events. */
export function http(url: string | URL, settings: HttpOptions = {}): Rpc {
  const post: Rpc["post"] = async (body, accept, options) => {
    const { signal, timeout = settings.timeout } = options;
    const isTold = timeout !== undefined && settings.tellTimeout !== false;
    const told: Record<string, string> = isTold ? { "rpc-timeout-ms": `${timer(timeout)}` } : {};
    let own;
    try {
      signal?.throwIfAborted();
      own = typeof settings.headers === "function" ? await unlessAborted(settings.headers(), signal) : settings.headers;
    } catch (error) {
      throw failure(error, "did not run");
    }
    const headers = { ...told, ...own, ...options.headers, "content-type": "application/json", accept };
    return (settings.fetch ?? fetch)(url, { method: "POST", body, headers, signal: signal ?? null });
  };
  const exchange: Rpc["send"] = async (messages, options) => {
    const body = write(messages.length === 1 ? messages[0] : messages);
    return within({ ...options, timeout: options.timeout ?? settings.timeout }, async (options) =>
      repliesIn(await post(body, "application/json", options), messages),
    );
  };
  const queue = new Queue((messages) => exchange(messages, {}));
  return {
    send(messages, options) {
      if (settings.batching === undefined || Object.keys(options).length > 0 || messages.length > 1)
        return exchange(messages, options);
      const replies = queue.add(messages);
      if (queue.size >= settings.batching) queue.flush();
      else if (queue.size === 1) setTimeout(() => queue.flush());
      return replies;
    },
    post,
    opening: settings.timeout ?? 30_000,
  };
}

/** A time in milliseconds as timers take it, and servers. The longest is 24 days. */
export function timer(time: number): number {
  return Math.min(Math.max(Math.ceil(time), 1), 2 ** 31 - 1);
}

/** Runs something that a signal or a timeout ends. */
export async function within<T>(options: CallOptions, run: (options: CallOptions) => Promise<T>): Promise<T> {
  const [stop, unlink] = follow(options.signal);
  const giveUp = (): void => stop.abort(new DOMException("no reply in time", "TimeoutError"));
  const late = options.timeout === undefined ? undefined : setTimeout(giveUp, timer(options.timeout));
  try {
    return await run({ ...options, signal: stop.signal });
  } catch (error) {
    throw failure(error);
  } finally {
    clearTimeout(late);
    unlink();
  }
}

/**
 * A controller that a signal aborts as well, until it is unlinked. `AbortSignal.any` is not everywhere, and Node may forget a signal
 * of which nothing but that knows.
 */
export function follow(signal: AbortSignal | undefined): readonly [stop: AbortController, unlink: () => void] {
  const stop = new AbortController();
  const abort = (): void => stop.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort);
  return [stop, () => signal?.removeEventListener("abort", abort)];
}

/** What a promise brings, unless a signal comes first. */
export function unlessAborted<T>(promise: T | Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason);
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort);
    void Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal?.removeEventListener("abort", abort));
  });
}

/** The replies in a response, in the order of their requests. */
export async function repliesIn(response: Response, messages: readonly Message[]): Promise<readonly Incoming[]> {
  const verdict = verdictOn(response);
  const text = await response.text();
  if (messages.every(({ id }) => id === undefined)) {
    if (verdict.execution === undefined) return messages.map(() => undefined);
    throw new TransportError(`the server refused a notification, status ${response.status}`, verdict);
  }
  let body: unknown;
  try {
    body = read(text);
  } catch (cause) {
    throw new TransportError(`no JSON-RPC reply, status ${response.status}`, { cause, ...verdict });
  }
  const replies = (Array.isArray(body) ? body : [body]) as readonly Incoming[];
  return messages.map(({ id }) => {
    if (id === undefined) return undefined;
    const own = replies.find((reply) => reply?.["id"] === id);
    const reply = own ?? replies.find((reply) => reply?.["error"] !== undefined && reply["id"] == null);
    if (reply === undefined) throw new TransportError("no reply to the call", verdict);
    // An error with the id of the call says itself whether it ran, unless the server has refused the whole message.
    const { execution, ...rest } = verdict;
    return { ...reply, [said]: own !== undefined && !response.headers.has("rpc-refused") ? rest : verdict };
  });
}

/** What the head of a response says about the call. */
function verdictOn({ ok, status, headers }: Response): Partial<Verdict> {
  const refused = headers.get("rpc-refused");
  if (ok && refused === null) return { retryAfter: retryAfter(headers) };
  const isUnread = refused !== null || status < 400 || UNREAD.includes(status);
  const mayPass = refused !== "too-large" && [408, 425, 429, 502, 503, 504].includes(status);
  return {
    execution: isUnread ? "did not run" : "may have run",
    retryable: mayPass || /^(busy|crowded|draining|expired)$/.test(refused ?? ""),
    retryAfter: retryAfter(headers),
    status: ok ? undefined : status,
  };
}

/** Statuses of messages that were refused unread. */
const UNREAD = [401, 403, 404, 405, 407, 411, 413, 415, 425, 429, 431, 501];

/** After how many milliseconds to ask again: `retry-after-ms`, or `Retry-After` in seconds or as a date. */
function retryAfter(headers: Headers): number | undefined {
  const exact = headers.get("retry-after-ms");
  const after = headers.get("retry-after");
  if (exact !== null && /^\d+$/.test(exact)) return Number(exact);
  if (after === null) return undefined;
  // By the server's own clock if it tells the time, since clocks differ.
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  const wait = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - now;
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}
