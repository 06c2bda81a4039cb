// The runtime of generated clients. It has no dependencies, and runs in browsers and in Node 20 or newer.
//
// Numbers: a whole number that a double can't hold is never rounded. Where the contract has 64-bit numbers they are `bigint`,
// whatever their size. Anywhere else, a whole number past 2^53 arrives as a `bigint` as well.

/** What a call can be given. */
export interface CallOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal;
  /** How many milliseconds to wait for the reply, or over HTTP for a stream to open. */
  readonly timeout?: number;
  /** More headers, for calls over HTTP. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that the server answered with. A declared one is a subclass with a literal `code`. */
export class RpcError<Code extends number | "undeclared" = number | "undeclared", Data = unknown> extends Error {
  override readonly name: string = "RpcError";
  readonly code: Code;
  readonly data: Data;

  constructor(code: number | "undeclared", message: string, data: unknown) {
    super(message);
    this.code = code as Code;
    this.data = data as Data;
  }
}

/** An error that the contract does not declare for the method. */
export class UndeclaredError extends RpcError<"undeclared"> {
  /** The code that the server sent. */
  readonly rpcCode: number;

  constructor(rpcCode: number, message: string, data: unknown) {
    super("undeclared", message, data);
    this.rpcCode = rpcCode;
  }
}

/** No reply, or none that makes sense. `cause` is the reason, also if the call was given up or took too long. */
export class TransportError extends Error {
  override readonly name: string = "TransportError";
  readonly code = "transport" as const;
  /** The status, if the server answered with one that is not 200. */
  readonly status: number | undefined;

  constructor(message: string, options?: ErrorOptions & { readonly status?: number }) {
    super(message, options);
    this.status = options?.status;
  }
}

declare const declared: unique symbol;

/** A call on its way: a promise of `T`, which may be rejected with an `E`. */
export type Call<T, E> = Promise<T> & { readonly [declared]?: E };

/** The items of a stream. `for await` reads them. Leaving the loop stops the stream. */
export type Stream<T, R, E> = AsyncGenerator<T, R, void> & { readonly [declared]?: E };

/** Every way in which a call with declared errors `E` can fail. */
export type Failure<E> = E | UndeclaredError | TransportError;

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

/** A connection to a server: see `http` and `webSocket`. */
export interface Rpc {
  /** Sends messages as one, and returns their replies in the same order. */
  send(messages: readonly Message[], options: CallOptions): Promise<readonly Incoming[]>;
  /**
   * Sends a call, and returns all messages that belong to it. The last one is the reply. With the method `unsubscribe`, the
   * messages are the notifications with the id that the reply has.
   */
  stream(message: Message, options: CallOptions, unsubscribe?: string): AsyncIterable<Incoming>;
}

/** A request, or a notification if it has no id. */
export interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: unknown;
}

/** A message of the server, not checked yet. `undefined` in place of the reply to a notification. */
export type Incoming = Readonly<Record<string, unknown>> | undefined;

/** Where in a value the 64-bit numbers are. */
export type Shape =
  | (() => Shape)
  | "bigint"
  | "number"
  | {
      readonly items?: Shape;
      readonly tuple?: readonly (Shape | 0)[];
      readonly fields?: Readonly<Record<string, Shape>>;
      readonly rest?: Shape;
      readonly tag?: readonly [name: string, cases: Readonly<Record<string, Shape>>];
      readonly pick?: readonly (readonly [kind: string, members: readonly string[], shape: Shape | 0])[];
    };

/** What the generated code knows of a method. */
export interface Method {
  readonly name: string;
  readonly params?: readonly string[];
  readonly by?: "name" | "position";
  readonly result?: Shape;
  readonly item?: Shape;
  readonly cursor?: string;
  readonly token?: string;
  readonly unsubscribe?: string;
  readonly errors?: Readonly<
    Record<number, readonly [new (code: number, message: string, data: unknown) => RpcError, Shape?]>
  >;
}

let lastId = 0;

/** Calls a method. */
export function call<T, E>(rpc: Rpc, method: Method, params?: object, options: CallOptions = {}): Call<T, E> {
  // The message is sent before anything is awaited, which `batch` relies on.
  const replies = rpc.send([request(method, params, ++lastId)], options);
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
  const stream = (): never => {
    throw new TypeError("a stream can't be part of a batch");
  };
  const results = calls({ send: (messages) => queue.add(messages), stream });
  queue.flush();
  return Promise.all(results);
}

/** Opens a stream. One that has cursors goes on after its connection was lost. */
export async function* stream<T, R, E>(
  rpc: Rpc,
  method: Method,
  params: object = {},
  options: CallOptions = {},
): Stream<T, R, E> {
  const itself = { ...method, ...(method.item === undefined ? {} : { result: method.item }) };
  let resume = params;
  let pause = 50;
  for (let opened = false; ;) {
    const id = ++lastId;
    const message = request(method, method.token === undefined ? resume : { ...resume, [method.token]: id }, id);
    try {
      for await (const incoming of rpc.stream(message, options, method.unsubscribe)) {
        opened = true;
        if (incoming?.["method"] === undefined) return settle(method, incoming) as R;
        const progress = incoming["params"] as {
          readonly token?: unknown;
          readonly value?: unknown;
          readonly cursor?: unknown;
        };
        if (method.unsubscribe !== undefined) {
          // An item has a `result`, and a failure an `error`, as if it were a reply.
          yield settle(itself, progress as Incoming) as T;
          continue;
        }
        if (progress.token !== id) continue;
        if (method.cursor !== undefined) resume = { ...params, [method.cursor]: progress.cursor };
        pause = 50;
        yield decode(progress.value, method.item) as T;
      }
      throw new TransportError("the stream was lost");
    } catch (error) {
      const lost = error instanceof TransportError && !options.signal?.aborted && (error.status ?? 500) >= 500;
      if (!lost || !opened || method.cursor === undefined) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 2, 30_000);
  }
}

function request(method: Method, params?: object, id?: number): Message {
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
function settle(method: Method, reply: Incoming): unknown {
  const error = reply?.["error"] as
    { readonly code: number; readonly message: string; readonly data?: unknown } | null | undefined;
  if (error === undefined || error === null) {
    if (reply === undefined || !("result" in reply))
      throw new TransportError("neither a result nor an error in the reply");
    return decode(reply["result"], method.result);
  }
  const known = method.errors?.[error.code];
  if (known === undefined) throw new UndeclaredError(error.code, error.message, error.data);
  throw new known[0](error.code, error.message, decode(error.data, known[1]));
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

  add(messages: readonly Message[]): Promise<readonly Incoming[]> {
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
  /** How many milliseconds to wait, unless a call says otherwise. No limit by default. */
  readonly timeout?: number;
  /** Collects calls that are made at the same time into one message, of at most so many calls. Calls with options of their own go alone. */
  readonly batching?: number;
  /** In place of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/** Calls over HTTP, and streams as server-sent events. */
export function http(url: string | URL, settings: HttpOptions = {}): Rpc {
  const post = async (body: string, accept: string, options: CallOptions, signal: AbortSignal): Promise<Response> => {
    const own = typeof settings.headers === "function" ? await settings.headers() : settings.headers;
    const headers = { ...own, ...options.headers, "content-type": "application/json", accept };
    const response = await (settings.fetch ?? fetch)(url, { method: "POST", body, headers, signal });
    return response;
  };
  const exchange = (messages: readonly Message[], options: CallOptions): Promise<readonly Incoming[]> =>
    within({ timeout: settings.timeout, ...options }, async (signal) => {
      const response = await post(
        write(messages.length === 1 ? messages[0] : messages),
        "application/json",
        options,
        signal,
      );
      return match(messages, await response.text(), response);
    });
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
    async *stream(message, options, unsubscribe) {
      if (unsubscribe !== undefined) throw new TransportError("a subscription needs a WebSocket");
      const stop = new AbortController();
      const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal]);
      const late = options.timeout ?? settings.timeout;
      const timer =
        late === undefined
          ? undefined
          : setTimeout(() => stop.abort(new DOMException("the stream did not open in time", "TimeoutError")), late);
      try {
        const response = await post(write(message), "text/event-stream, application/json", options, signal);
        clearTimeout(timer);
        const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
        if (isStream && response.body !== null) yield* events(response.body);
        else yield match([message], await response.text(), response)[0];
      } catch (error) {
        throw failure(error);
      } finally {
        clearTimeout(timer);
        stop.abort();
      }
    },
  };
}

/** Runs something that a signal or a timeout ends. */
async function within<T>(
  options: { readonly signal?: AbortSignal; readonly timeout?: number | undefined },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signals = options.signal === undefined ? [] : [options.signal];
  if (options.timeout !== undefined) signals.push(AbortSignal.timeout(options.timeout));
  try {
    return await run(AbortSignal.any(signals));
  } catch (error) {
    throw failure(error);
  }
}

function failure(error: unknown): unknown {
  if (error instanceof TransportError || error instanceof RpcError) return error;
  return new TransportError(error instanceof Error ? error.message : String(error), { cause: error });
}

/** The replies in a body, in the order of their requests. */
function match(messages: readonly Message[], text: string, response: Response): readonly Incoming[] {
  const wanted = messages.filter((message) => message.id !== undefined);
  if (wanted.length === 0 && response.ok) return messages.map(() => undefined);
  let body: unknown;
  try {
    body = read(text);
  } catch (cause) {
    const status = response.ok ? {} : { status: response.status };
    throw new TransportError(`no JSON-RPC reply, status ${response.status}`, { cause, ...status });
  }
  const replies = (Array.isArray(body) ? body : [body]) as readonly Incoming[];
  return messages.map(({ id }) => {
    if (id === undefined) return undefined;
    const reply =
      replies.find((reply) => reply?.["id"] === id) ??
      replies.find((reply) => reply?.["error"] !== undefined && reply["id"] == null);
    if (reply === undefined)
      throw new TransportError("no reply to the call", response.ok ? {} : { status: response.status });
    return reply;
  });
}

/** The messages in server-sent events. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<Incoming, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += decoder.decode(value, { stream: true });
    // A carriage return at the end may be half of a line break.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      if (line !== "" || data.length === 0) continue;
      yield read(data.join("\n")) as Incoming;
      data = [];
    }
  }
}

/** How a WebSocket is opened. */
export interface WebSocketOptions {
  /** In place of the global `WebSocket`, which Node has from version 22 on. */
  readonly WebSocket?: new (url: string | URL) => WebSocket;
  /** How many items of a stream may wait to be read. With more, the stream fails. 1,000 by default. */
  readonly buffer?: number;
}

/** Calls and streams over one WebSocket. It is opened by the first call, and again after it was lost. */
export function webSocket(url: string | URL, settings: WebSocketOptions = {}): Rpc & { close(): void } {
  const waiting = new Map<number, (incoming: Incoming | TransportError) => void>();
  const subscribed = new Map<string, (incoming: Incoming | TransportError) => void>();
  let opening: Promise<WebSocket> | undefined;

  const receive = (incoming: Incoming): void => {
    const params = (incoming?.["params"] ?? {}) as { readonly token?: unknown; readonly subscription?: unknown };
    if (incoming?.["method"] === undefined) waiting.get(Number(incoming?.["id"]))?.(incoming);
    else if (incoming["method"] === "$/progress") waiting.get(Number(params.token))?.(incoming);
    else if (params.subscription !== undefined) subscribed.get(String(params.subscription))?.(incoming);
  };
  const open = (): Promise<WebSocket> =>
    (opening ??= new Promise((resolve, reject) => {
      const socket = new (settings.WebSocket ?? WebSocket)(url);
      socket.onopen = () => resolve(socket);
      socket.onmessage = ({ data }) => {
        try {
          const messages = read(String(data));
          for (const message of Array.isArray(messages) ? messages : [messages]) receive(message as Incoming);
        } catch {
          // Who sends what is not JSON can't be trusted with the rest.
          socket.close();
        }
      };
      socket.onclose = ({ code }) => {
        opening = undefined;
        const lost = new TransportError(`the connection was lost (${code})`);
        reject(lost);
        for (const tell of [...waiting.values(), ...subscribed.values()]) tell(lost);
      };
    }));
  const cancel = (id: number): void => {
    waiting.delete(id);
    opening?.then(
      (socket) => socket.send(write({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id } })),
      () => undefined,
    );
  };
  const reply = (id: number, signal: AbortSignal): Promise<Incoming> =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        waiting.delete(id);
        signal.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        done();
        cancel(id);
        reject(signal.reason);
      };
      signal.addEventListener("abort", abort);
      waiting.set(id, (incoming) => {
        done();
        if (incoming instanceof TransportError) reject(incoming);
        else resolve(incoming);
      });
    });

  return {
    send: (messages, options) =>
      within(options, async (signal) => {
        const socket = await open();
        signal.throwIfAborted();
        const replies = messages.map(({ id }) => (id === undefined ? undefined : reply(id, signal)));
        socket.send(write(messages.length === 1 ? messages[0] : messages));
        return Promise.all(replies);
      }),
    async *stream(message, options, unsubscribe) {
      const id = Number(message.id);
      const items: (Incoming | TransportError)[] = [];
      let wake = (): void => undefined;
      let ended = false;
      let subscription: unknown;
      const add = (item: Incoming | TransportError): void => {
        // Its notifications may follow at once, before anybody reads this.
        if (unsubscribe !== undefined && !(item instanceof TransportError) && item !== undefined && "result" in item) {
          waiting.delete(id);
          subscription = item["result"];
          subscribed.set(String(subscription), add);
          return;
        }
        if (items.length >= (settings.buffer ?? 1000))
          items.push(new TransportError("items arrive faster than they are read"));
        else items.push(item);
        wake();
      };
      const abort = (): void => add(new TransportError("the stream was given up", { cause: options.signal?.reason }));
      options.signal?.addEventListener("abort", abort);
      waiting.set(id, add);
      try {
        (await open()).send(write(message));
        for (;;) {
          while (items.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          const item = items.shift();
          if (item instanceof TransportError) throw item;
          ended = item?.["method"] === undefined;
          yield item;
          if (ended) return;
        }
      } finally {
        options.signal?.removeEventListener("abort", abort);
        if (subscription === undefined && !ended) cancel(id);
        waiting.delete(id);
        if (subscription !== undefined) {
          subscribed.delete(String(subscription));
          const stop = { jsonrpc: "2.0", id: ++lastId, method: unsubscribe, params: [subscription] };
          opening?.then(
            (socket) => socket.send(write(stop)),
            () => undefined,
          );
        }
      }
    },
    close: () =>
      void opening?.then(
        (socket) => socket.close(),
        () => undefined,
      ),
  };
}

/** JSON text, with `bigint` written as a number. */
function write(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${value} can't be sent as JSON`);
  if (Array.isArray(value)) return `[${value.map(write).join()}]`;
  if (typeof value !== "object" || value === null || "toJSON" in value) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join()}}`;
}

/** Parses JSON text. A whole number that a double can't hold becomes a `bigint`. */
function read(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  let mark = "#";
  while (text.includes(mark)) mark += Math.random().toString(36).slice(2);
  const marked = text.replace(/"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

/** A value with its 64-bit numbers as `bigint`. It changes the value in place. */
function decode(value: unknown, shape: Shape | 0 | undefined): unknown {
  while (typeof shape === "function") shape = shape();
  if (shape === undefined || shape === 0 || value === null) return value;
  if (typeof shape === "string") {
    if (shape === "number" && typeof value === "bigint")
      throw new TransportError(`${value} does not fit into a number`);
    if (shape === "bigint" && typeof value === "number") {
      if (!Number.isSafeInteger(value))
        throw new TransportError(`${value} is not a whole number that was sent exactly`);
      return BigInt(value);
    }
    return value;
  }
  const kind = Array.isArray(value) ? "array" : typeof value === "bigint" ? "number" : typeof value;
  if (shape.pick !== undefined) {
    const found = shape.pick.find(
      ([of, members]) => of === kind && members.every((name) => Object.hasOwn(value as object, name)),
    );
    return decode(value, found?.[2]);
  }
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const { tuple, items } = shape;
    value.forEach((element, index) => (value[index] = decode(element, tuple?.[index] ?? items)));
    return value;
  }
  const members = value as Record<string, unknown>;
  if (shape.tag !== undefined) {
    const [name, cases] = shape.tag;
    const tag = String(members[name]);
    return decode(value, Object.hasOwn(cases, tag) ? cases[tag] : undefined);
  }
  const { fields = {}, rest } = shape;
  for (const name of Object.keys(rest === undefined ? fields : members)) {
    if (Object.hasOwn(members, name))
      members[name] = decode(members[name], Object.hasOwn(fields, name) ? fields[name] : rest);
  }
  return value;
}
