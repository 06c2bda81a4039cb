// One connection over which both ends talk: which message is for whom.

import { TransportError, failure, type Execution } from "./errors.js";
import { members, read, write } from "./json.js";
import { nextId, timer, type CallOptions, type Incoming, type Message } from "./runtime.js";

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
   * After how many milliseconds of silence the server is asked for a sign of life while something waits for it. 30 s by default. If it
   * gives none within the same time, the connection is lost. Browsers can't send pings, so it is asked for a method, `rpc.ping`, and an
   * error is as good as an answer. `Infinity` turns it off.
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

/** One connection, until it is lost. */
export class Connection {
  readonly #socket: Socket;
  readonly #opened: Promise<void>;
  readonly #handlers: Handlers;
  /** The calls and streams that wait, by their ids. */
  readonly #waiting = new Map<number, Listener>();
  /** Subscriptions, by the ids that the server has given them. */
  readonly subscriptions: Map<string, Listener> = new Map();
  /** How many subscriptions wait for their ids. */
  unnamed = 0;
  /** What came meanwhile. Some servers send notifications before they say what they are about. */
  early: (readonly [subscription: string, message: Incoming])[] = [];
  /** The calls of the server that run, by their ids as JSON. */
  readonly #running = new Map<string, AbortController>();
  /** How often in a row nothing had come when the server was looked at. */
  #silences = 0;
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
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => socket.close(), timer(limit));
      let watch: ReturnType<typeof setInterval> | undefined;
      socket.onopen = () => {
        clearTimeout(late);
        if (pingInterval < Infinity) watch = setInterval(() => this.#look(), timer(pingInterval));
        resolve();
      };
      // It is always followed by `close`.
      socket.onerror = () => undefined;
      socket.onclose = ({ code }: { readonly code: number }) => {
        clearTimeout(late);
        clearInterval(watch);
        reject(this.#lost(`no connection (${code})`, "did not run"));
        this.#lose(`the connection was lost (${code})`);
      };
    });
  }

  /** Asks a silent server for a sign of life, and gives up one that has not given any. */
  #look(): void {
    if (this.#waiting.size + this.subscriptions.size === 0 || this.#isLost) this.#silences = 0;
    else if (this.#silences++ === 0) this.post({ jsonrpc: "2.0", id: nextId(), method: "rpc.ping" });
    else {
      this.#lose("the server is silent");
      this.#socket.close();
    }
  }

  get isUsable(): boolean {
    return this.#socket.readyState < 2 && !this.#isLost;
  }

  close(): void {
    this.#isClosing = true;
    this.#socket.close();
  }

  #lost(message: string, execution: Execution = "may have run"): TransportError {
    return new TransportError(message, { execution, retryable: !this.#isClosing });
  }

  #lose(message: string): void {
    const lost = this.#lost(message);
    this.#isLost = true;
    const listeners = [...this.#waiting.values(), ...this.subscriptions.values()];
    this.#waiting.clear();
    this.subscriptions.clear();
    for (const tell of listeners) tell(lost, 0);
    for (const call of this.#running.values()) call.abort(lost);
  }

  /** Waits until messages can be posted. */
  async ready(signal: AbortSignal | undefined): Promise<void> {
    let abort = (): void => undefined;
    const aborted = new Promise<void>((resolve) => (abort = resolve));
    signal?.addEventListener("abort", abort);
    if (signal?.aborted === true) abort();
    await Promise.race([aborted, this.#opened]).finally(() => signal?.removeEventListener("abort", abort));
    if (signal?.aborted === true) throw failure(signal.reason, "did not run");
    if (this.#socket.readyState !== 1) throw this.#lost("the connection was lost", "did not run");
  }

  post(message: object): void {
    this.#write(write(message));
  }

  #write(text: string): void {
    if (this.#socket.readyState === 1) this.#socket.send(text);
  }

  /** Sends messages, and waits for their replies. */
  async send(body: string, messages: readonly Message[], { signal }: CallOptions): Promise<readonly Incoming[]> {
    await this.ready(signal);
    const replies = messages.map(({ id }) => (id === undefined ? undefined : this.#reply(id, signal)));
    this.#write(body);
    return Promise.all(replies);
  }

  #reply(id: number, signal: AbortSignal | undefined): Promise<Incoming> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.cancel(id);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", abort);
      this.listen(id, (told) => {
        // Some servers report progress on any call.
        if (!(told instanceof Error) && told?.["method"] !== undefined) return;
        this.forget(id);
        signal?.removeEventListener("abort", abort);
        if (told instanceof Error) reject(told);
        else resolve(told);
      });
    });
  }

  listen(id: number, listener: Listener): void {
    this.#waiting.set(id, listener);
  }

  forget(id: number): void {
    this.#waiting.delete(id);
  }

  /** Tells the server that nobody waits for a call any more. */
  cancel(id: number): void {
    this.forget(id);
    this.post({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id } });
  }

  #receive(text: string): void {
    this.#silences = 0;
    let said: unknown;
    try {
      said = read(text);
    } catch {
      // What else such a server sends can't be trusted.
      return this.#socket.close();
    }
    if (!Array.isArray(said)) return void this.#route(said, text)?.then((answer) => this.#write(answer));
    const answers = said.flatMap((one: unknown) => this.#route(one, text) ?? []);
    if (answers.length > 0) void Promise.all(answers).then((all) => this.#write(`[${all.join()}]`));
  }

  /** Tells those who wait for a message. For a call of the server, it returns the answer. */
  #route(said: unknown, text: string): Promise<string> | undefined {
    const message = members(said);
    const { method, id } = message;
    const params = members(message["params"]);
    if (method === undefined) this.#waiting.get(Number(id))?.(message, 0);
    else if (method === "$/progress")
      this.#waiting.get(Number(params["token"]))?.(message, "value" in params ? bytesIn(text) : 0);
    else if (method === "$/cancelRequest") this.#running.get(write(params["id"]))?.abort();
    else if (id === undefined && "subscription" in params && this.#notice(String(params["subscription"]), message))
      return undefined;
    else if (id !== undefined) return this.#run(message, write(id));
    else if (!String(method).startsWith("$/")) void this.#handlers(message, new AbortController().signal);
    return undefined;
  }

  /** Whether a notification is about a subscription. */
  #notice(subscription: string, message: Incoming): boolean {
    const listener = this.subscriptions.get(subscription);
    if (listener !== undefined) listener(message, 0);
    else if (this.unnamed > 0 && this.early.length < 1024) this.early.push([subscription, message]);
    return listener !== undefined;
  }

  async #run(call: NonNullable<Incoming>, id: string): Promise<string> {
    const stop = new AbortController();
    this.#running.set(id, stop);
    const answer = await this.#handlers(call, stop.signal);
    this.#running.delete(id);
    return answer;
  }
}

/** The answer of an end that offers no methods. */
async function refuse({ id = null }: NonNullable<Incoming>): Promise<string> {
  return write({ jsonrpc: "2.0", error: { code: -32601, message: "method not found" }, id });
}

/** The length of a text as UTF-8, in which servers count. */
function bytesIn(text: string): number {
  return new TextEncoder().encode(text).length;
}
