// Calls and streams over one WebSocket, and the calls that the server makes to this end.

import { Connection, nameOf, type Told, type WebSocketOptions } from "./connection.js";
import { TransportError, failure } from "./errors.js";
import { members, write } from "./json.js";
import { nextId, within, type CallOptions, type Incoming, type Message, type Rpc } from "./runtime.js";

export type { Handlers, Socket, WebSocketOptions } from "./connection.js";

/** How many bytes of a stream may wait to be read, unless more may be under way. One item may be more. */
const MAX_WAITING = 1024 * 1024;

/**
 * Calls and streams over one WebSocket. The first call opens it, and after it was lost the next one does. Calls in flight fail when
 * it is lost, and so do streams without cursors. Headers can't be sent with it: browsers don't allow that.
 */
export function webSocket(url: string | URL, settings: WebSocketOptions = {}): Rpc & { close(): void } {
  let connection: Connection | undefined;
  let isClosed = false;
  const connected = (): Connection => {
    if (isClosed) throw new TransportError("this end has closed the connection", { execution: "did not run" });
    if (connection?.isUsable !== true) connection = new Connection(url, settings);
    return connection;
  };
  return {
    async send(messages, options) {
      const body = write(messages.length === 1 ? messages[0] : messages);
      return within({ ...options, timeout: options.timeout ?? settings.timeout }, (options) =>
        connected().send(body, messages, options),
      );
    },
    async *stream(message, options, unsubscribe) {
      yield* messagesOf(connected(), message, options, unsubscribe, settings);
    },
    opening: settings.timeout,
    close() {
      isClosed = true;
      connection?.close();
    },
  };
}

/** What a stream has said and nobody has read yet. */
class Inbox {
  readonly #told: (readonly [told: Told, bytes: number])[] = [];
  readonly #mostItems: number;
  readonly #mostBytes: number;
  #waiting = 0;
  /** The server knows what credit is: it has said that the stream is open. */
  #keepsToCredit = false;
  #hasFailed = false;
  #wake = (): void => undefined;
  /** How many bytes were read since credit was granted. */
  read = 0;
  /** Tells the server to stop. */
  stop = (): void => undefined;

  constructor(items: number, window: number) {
    this.#mostItems = Math.max(items, 1);
    this.#mostBytes = Math.max(MAX_WAITING, window);
  }

  add(told: Told, bytes: number): void {
    if (this.#hasFailed) return;
    const hasRoom = this.#waiting <= this.#mostBytes && (this.#keepsToCredit || this.#told.length < this.#mostItems);
    const isLast = told instanceof Error;
    this.#hasFailed = isLast || !hasRoom;
    if (isLast || hasRoom) this.#told.push([told, bytes]);
    else {
      // What was not read is still there, but nothing is taken any more.
      this.#told.push([new TransportError("items arrive faster than they are read", { execution: "ran" }), 0]);
      this.stop();
      this.stop = () => undefined;
    }
    this.#waiting += bytes;
    this.#wake();
  }

  opened(): void {
    this.#keepsToCredit = true;
  }

  /** Waits for what comes next. */
  async next(): Promise<Incoming> {
    while (this.#told.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    const [told, bytes] = this.#told.shift() as readonly [Told, number];
    if (told instanceof Error) throw told;
    this.#waiting -= bytes;
    this.read += bytes;
    return told;
  }
}

/** The messages of a stream. Leaving it tells the server to stop. */
async function* messagesOf(
  connection: Connection,
  message: Message,
  { signal }: CallOptions,
  unsubscribe: string | undefined,
  { window = 256 * 1024, buffer = 1024 }: WebSocketOptions,
): AsyncGenerator<Incoming, void, void> {
  await connection.ready(signal);
  const id = Number(message.id);
  const inbox = new Inbox(buffer, window);
  const grant = (add: number): void =>
    connection.post({ jsonrpc: "2.0", method: "$/window", params: { token: id, add } });
  const abort = (): void => inbox.add(failure(signal?.reason) as Error, 0);
  signal?.addEventListener("abort", abort);
  inbox.stop = () => connection.cancel(id);
  if (unsubscribe === undefined) {
    connection.listen(id, (told, bytes) => {
      if (isOpening(told)) inbox.opened();
      inbox.add(told, bytes);
    });
    grant(window);
  } else inbox.stop = subscribe(connection, id, unsubscribe, inbox);
  let hasEnded = false;
  try {
    connection.post(message);
    while (!hasEnded) {
      const told = await inbox.next();
      hasEnded = told !== undefined && told["method"] === undefined;
      // More credit is due once half of it is used up.
      if (inbox.read >= window / 2 && unsubscribe === undefined && !hasEnded) {
        grant(inbox.read);
        inbox.read = 0;
      }
      yield told;
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    if (hasEnded) connection.forget(id);
    else inbox.stop();
  }
}

function isOpening(told: Told): boolean {
  if (told === undefined || told instanceof Error) return false;
  return members(told["params"])["opened"] === true;
}

/** Waits for the id of a subscription, and then for what is about it. Returns how to stop that. */
function subscribe(connection: Connection, call: number, unsubscribe: string, inbox: Inbox): () => void {
  let isLeft = false;
  let named: { readonly id: unknown } | undefined;
  const close = (): void => {
    connection.subscriptions.delete(nameOf(named?.id));
    connection.post({ jsonrpc: "2.0", id: nextId(), method: unsubscribe, params: [named?.id] });
  };
  connection.unnamed++;
  connection.listen(call, (told) => {
    connection.forget(call);
    const { early } = connection;
    if (--connection.unnamed === 0) connection.early = [];
    if (told === undefined || told instanceof Error || !("result" in told)) return inbox.add(told, 0);
    const key = nameOf(told["result"]);
    const nameless = new TransportError("a subscription without an id", { execution: "ran" });
    if (key === undefined) return inbox.add(nameless, 0);
    named = { id: told["result"] };
    if (isLeft) return close();
    // Its notifications may follow at once, before anybody reads this.
    connection.subscriptions.set(key, (said) => inbox.add(said, 0));
    inbox.add(undefined, 0);
    for (const [about, message] of early) if (about === key) inbox.add(message, 0);
  });
  return () => {
    isLeft = true;
    if (named !== undefined) close();
  };
}
