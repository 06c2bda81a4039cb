// One connection over which both ends talk: which message is for whom.

import { TransportError, failure, type Execution } from "./errors.js";
import { members, read, write } from "./json.js";
import { nextId, timer, unlessAborted, type CallOptions, type Incoming, type Message } from "./runtime.js";

/** Answers a request of the server with a response as JSON text. It never throws. */
export type Handlers = (request: NonNullable<Incoming>, signal: AbortSignal) => Promise<string>;

/** What is needed of a WebSocket. */
export interface Socket {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

/** How a WebSocket is opened, and what it may cost. */
export interface WebSocketOptions {
  /** In place of the global `WebSocket`, which Node has from version 22 on: that of the package ws, for example. */
  readonly WebSocket?: new (url: string | URL) => Socket;
  /**
   * What answers the calls of the server: see `serve` in `client.ts`, if the contract has such calls. The server can call while the
   * connection is open: from the first call of this end on, and after a loss from the next one on.
   */
  readonly handlers?: Handlers;
  /** How many milliseconds to wait for a reply, unless a call says otherwise. No limit by default. */
  readonly timeout?: number;
  /** How many milliseconds one attempt to connect may take. 5 s by default. */
  readonly connectTimeout?: number;
  /**
   * How many milliseconds of silence are suspicious while something waits for the server. 30 s by default. A server that has said
   * nothing for so long is asked for a sign of life, after at most twice that time. If it gives none within the same time again, the
   * connection is lost. Browsers can't send pings, so it is asked for a method, `rpc.ping`, and an error is as good as an answer.
   *
   * `Infinity` turns it off. A server that answers its calls in order needs that, if one may take longer: it can't answer the ping
   * before that call.
   */
  readonly pingInterval?: number;
  /** How many bytes of a stream may be under way, if its server knows `$/window`. 256 KiB by default. */
  readonly window?: number;
  /** How many items of a stream may wait to be read, if its server does not. With more, the stream fails. 1,024 by default. */
  readonly buffer?: number;
}

/** What a call or a stream is told: a message, that it is open (`undefined`), or that nothing more will come. */
export type Told = Incoming | Error;

/** Takes what it is told, and how many bytes that took. */
export type Listener = (told: Told, bytes: number) => void;

/** What waits for a reply or for the items of a stream. */
interface Waiting {
  readonly tell: Listener;
  /** What it was sent with. Calls of one batch have the same. */
  readonly sent: unknown;
  /** Whether it is a stream that has begun. */
  hasBegun: boolean;
}

/** One connection, until it is lost. */
export class Connection {
  readonly #socket: Socket;
  readonly #opened: Promise<void>;
  #fail!: (reason: TransportError) => void;
  readonly #handlers: Handlers;
  /** The calls and streams that wait, by their ids. */
  readonly #waiting = new Map<unknown, Waiting>();
  /** Subscriptions, by the ids that the server has given them. */
  readonly subscriptions: Map<string | undefined, Listener> = new Map();
  /** How many subscriptions wait for their ids. */
  unnamed = 0;
  /** What came meanwhile. Some servers send notifications before they say what they are about. */
  early: (readonly [subscription: string, message: Incoming])[] = [];
  /** The calls of the server that run, by their ids as JSON. */
  readonly #running = new Map<string, AbortController>();
  /** How often in a row nothing had come when the server was looked at. */
  #silences = 0;
  #late: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #isLost = false;
  #isClosing = false;

  constructor(url: string | URL, settings: WebSocketOptions) {
    this.#handlers = settings.handlers ?? refuse;
    try {
      this.#socket = new (settings.WebSocket ?? WebSocket)(url);
    } catch (error) {
      throw failure(error, "did not run");
    }
    this.#opened = this.#open(settings.connectTimeout ?? 5000, settings.pingInterval ?? 30_000);
    // Those who wait for it are told.
    this.#opened.catch(() => undefined);
    this.#socket.onmessage = ({ data }: { readonly data: unknown }) => this.#receive(String(data));
  }

  #open(limit: number, pingInterval: number): Promise<void> {
    const socket = this.#socket;
    this.#late = setTimeout(() => this.#end("no connection in time"), timer(limit));
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      socket.onopen = () => {
        clearTimeout(this.#late);
        if (pingInterval < Infinity && !this.#isLost)
          this.#watch = setInterval(() => this.#look(), timer(pingInterval));
        resolve();
      };
      // It is always followed by `close`.
      socket.onerror = () => undefined;
      socket.onclose = ({ code }: { readonly code: number }) => this.#lose(`the connection was lost (${code})`);
    });
  }

  /** Asks a server for a sign of life that was silent all the time since the last look, and gives up one that has not given any. */
  #look(): void {
    if (this.#waiting.size + this.subscriptions.size === 0) this.#silences = 0;
    else if (++this.#silences === 2) this.post({ jsonrpc: "2.0", id: nextId(), method: "rpc.ping" });
    else if (this.#silences > 2) this.#end("the server is silent");
  }

  get isUsable(): boolean {
    return this.#socket.readyState < 2 && !this.#isLost;
  }

  close(): void {
    this.#isClosing = true;
    this.#end("this end has closed the connection");
  }

  #lost(message: string, execution: Execution = "may have run"): TransportError {
    return new TransportError(message, { execution, retryable: !this.#isClosing });
  }

  /** Closes the connection. Nobody waits for what the server says to that. */
  #end(message: string): void {
    this.#lose(message);
    this.#socket.close();
  }

  #lose(message: string): void {
    clearTimeout(this.#late);
    clearInterval(this.#watch);
    this.#isLost = true;
    this.#fail(this.#lost(message, "did not run"));
    const lost = this.#lost(message);
    const listeners = [...[...this.#waiting.values()].map(({ tell }) => tell), ...this.subscriptions.values()];
    this.#waiting.clear();
    this.subscriptions.clear();
    for (const tell of listeners) tell(lost, 0);
    for (const call of this.#running.values()) call.abort(lost);
  }

  /** Waits until messages can be posted. */
  async ready(signal: AbortSignal | undefined): Promise<void> {
    try {
      await unlessAborted(this.#opened, signal);
    } catch (error) {
      throw failure(error, "did not run");
    }
    if (!this.isUsable) throw this.#lost("the connection was lost", "did not run");
  }

  post(message: object): void {
    this.#write(write(message));
  }

  #write(text: string): void {
    if (this.#socket.readyState === 1 && !this.#isLost) this.#socket.send(text);
  }

  /** Sends messages, and waits for their replies. */
  async send(body: string, messages: readonly Message[], { signal }: CallOptions): Promise<readonly Incoming[]> {
    await this.ready(signal);
    const replies = messages.map(({ id }) => (id === undefined ? undefined : this.#reply(id, messages)));
    this.#write(body);
    try {
      return await unlessAborted(Promise.all(replies), signal);
    } finally {
      for (const { id } of messages) if (this.#waiting.has(id)) this.cancel(id as number);
    }
  }

  #reply(id: number, sent: unknown): Promise<Incoming> {
    return new Promise((resolve, reject) => {
      const tell = (told: Told): void => {
        // Some servers report progress on any call.
        if (!(told instanceof Error) && told?.["method"] !== undefined) return;
        this.forget(id);
        if (told instanceof Error) reject(told);
        else resolve(told);
      };
      this.#waiting.set(id, { tell, sent, hasBegun: false });
    });
  }

  /** Has a listener told of what comes for a stream. */
  listen(id: number, tell: Listener): void {
    this.#waiting.set(id, { tell, sent: tell, hasBegun: false });
  }

  forget(id: number): void {
    this.#waiting.delete(id);
  }

  /** Tells the server that nobody waits for a call any more. */
  cancel(id: number): void {
    this.forget(id);
    this.post({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id } });
  }

  #receive(heard: string): void {
    if (this.#isLost) return;
    this.#silences = 0;
    try {
      const said = read(heard);
      const answers = (Array.isArray(said) ? said : [said]).flatMap((one: unknown) => this.#route(one, heard) ?? []);
      if (answers.length === 0) return;
      const text = Promise.all(answers).then((all) => (Array.isArray(said) ? `[${all.join()}]` : all.join()));
      text.then((text) => this.#write(text)).catch(() => this.#end("a call of the server could not be answered"));
    } catch {
      // What else such a server sends can't be trusted.
      this.#end("the server has sent what is not JSON-RPC");
    }
  }

  /** Tells those who wait for a message. For a call of the server, it returns the answer. */
  #route(said: unknown, text: string): Promise<string> | undefined {
    const message = members(said);
    const { method, id } = message;
    const params = members(message["params"]);
    if (method === undefined) this.#replied(id, message);
    else if (typeof method !== "string" || (id != null && nameOf(id) === undefined)) return undefined;
    else if (method === "$/progress") {
      const stream = this.#waiting.get(params["token"]);
      if (stream !== undefined) stream.hasBegun = true;
      stream?.tell(message, "value" in params ? bytesIn(text) : 0);
    } else if (method === "$/cancelRequest")
      this.#running.get(nameOf(params["id"]) === undefined ? "" : write(params["id"]))?.abort();
    else if (id === undefined && this.#notice(nameOf(params["subscription"]), message)) return undefined;
    else if (id !== undefined) return this.#run(message, write(id));
    else if (!method.startsWith("$/")) this.#run(message, "").catch(() => undefined);
    return undefined;
  }

  #replied(id: unknown, reply: NonNullable<Incoming>): void {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) return waiting.tell(reply, 0);
    const error = reply["error"];
    if (error === undefined || id != null) return;
    // The server could not read a message. It does not say which one, but what has begun can't be it.
    const unread = [...this.#waiting.values()].filter(({ hasBegun }) => !hasBegun);
    const isCertain = unread.every(({ sent }) => sent === unread[0]?.sent);
    const about = new TransportError(`the server refused a message: ${members(error)["message"]}`);
    for (const { tell } of unread) tell(isCertain ? reply : about, 0);
  }

  /** Whether a notification is about a subscription. */
  #notice(subscription: string | undefined, message: Incoming): boolean {
    const tell = this.subscriptions.get(subscription);
    tell?.(message, 0);
    if (tell === undefined && subscription !== undefined && this.unnamed > 0 && this.early.length < 1024)
      this.early.push([subscription, message]);
    return tell !== undefined;
  }

  async #run(call: NonNullable<Incoming>, id: string): Promise<string> {
    const stop = new AbortController();
    if (id !== "") this.#running.set(id, stop);
    try {
      return await this.#handlers(call, stop.signal);
    } finally {
      this.#running.delete(id);
    }
  }
}

/** The answer of an end that offers no methods. */
async function refuse({ id = null }: NonNullable<Incoming>): Promise<string> {
  return write({ jsonrpc: "2.0", error: { code: -32601, message: "method not found" }, id });
}

/** The id of a call or of a subscription as text, or nothing if it can't be one. */
export function nameOf(id: unknown): string | undefined {
  return typeof id === "string" || typeof id === "number" || typeof id === "bigint" ? `${id}` : undefined;
}

/** The length of a text as UTF-8, in which servers count. */
function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}
