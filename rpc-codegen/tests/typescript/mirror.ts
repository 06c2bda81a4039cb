// Uses the client of the mirror, a server with all that a contract can have. The compiler checks the types, and `run` the rest.

import { Closed, Limit, Overflow, Refused, Refused1002, SoldOut, all, mirror, serve, shop } from "./mirror/client.js";
import { TransportError, UndeclaredError, batch, http, safe, type Rpc } from "./mirror/runtime.js";
import type { Everything, EverythingInput, State } from "./mirror/types.js";
import { webSocket, type WebSocketOptions } from "./mirror/websocket.js";

/** Where the mirror is, also behind a relay whose connections `mirror.cut` cuts. */
export interface Addresses {
  readonly http: string;
  readonly webSocket: string;
  readonly cutHttp: string;
  readonly cutWebSocket: string;
}

type Socket = NonNullable<WebSocketOptions["WebSocket"]>;

/** What a check can use. */
interface Bench {
  readonly http: Rpc;
  readonly socket: Rpc & { close(): void };
  readonly cutHttp: Rpc;
  readonly cutSocket: Rpc & { close(): void };
}

/** Fails to compile unless the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

/** A value as text, whatever the order of its members. */
function show(value: unknown): string {
  const sorted = (_: string, inner: unknown): unknown => {
    if (typeof inner === "bigint") return `${inner}n`;
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([one], [two]) => (one < two ? -1 : 1)));
  };
  return JSON.stringify(value, sorted) ?? "undefined";
}

function equal(actual: unknown, expected: unknown): void {
  if (show(actual) !== show(expected)) throw new Error(`expected ${show(expected)}, not ${show(actual)}`);
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`it succeeded with ${show(value)}`);
    },
    (error: unknown) => error,
  );
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Polls until something is so. */
async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await is())) {
    if (Date.now() > end) throw new Error(`it never came true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Cuts the connections of the relay. Its own may be one of them. */
async function cut(rpc: Rpc): Promise<void> {
  await safe(mirror.cut(rpc));
}

const idle = (rpc: Rpc): Promise<void> => until("nothing runs", async () => (await mirror.running(rpc)) === 0);

/** The checks that hold over either connection. */
const shared: Readonly<Record<string, (rpc: Rpc, bench: Bench) => Promise<void>>> = {
  async "every type there and back"(rpc) {
    for (let seed = 0n; seed < 100n; seed++) {
      const value: Everything = await mirror.sample(rpc, { seed });
      const back: EverythingInput = value;
      equal(await mirror.difference(rpc, { seed, value: back }), null);
    }
  },
  async "numbers of any size"(rpc) {
    const wide = { unsigned: 18446744073709551615n, signed: -9223372036854775808n, huge: -170141183460469231731687303715884105728n, vast: 340282366920938463463374607431768211455n, single: 0.25 };
    const back = await all.wide(rpc, { value: wide });
    same<typeof back.huge, bigint>(true);
    equal([back.unsigned, back.signed, back.huge, back.vast, back.single], [wide.unsigned, wide.signed, wide.huge, wide.vast, wide.single]);
    equal((await all.wide(rpc, { value: { ...wide, unsigned: 1n } })).unsigned, 1n);
    const raw = { large: 12345678901234567890n, small: 1, text: "9007199254740993", list: [0.1, null, -1e300] };
    equal(await all.raw(rpc, { value: raw }), raw);
  },
  async "params by name, by position, with gaps and with undefined"(rpc) {
    await all.defaults(rpc, { password: "sesame", limit: undefined });
    await all.outOfOrder(rpc, { second: 2, first: undefined });
    equal(await all.search(rpc, { text: "abc", deep: true, max_results: 7 }), [{ x: 7, y: 1 }, { x: 7, y: 1 }, { x: 7, y: 1 }]);
    await all.borrowed(rpc, { text: "a\"\\\n", path: "/", bytes: [1, 2], texts: ["é"], owned: [["a", 1]], cow: "c", point: { x: 1, y: 2 } });
    await all.renamed(rpc, { value: { "the name": "n", left_out: undefined } });
  },
  async "declared errors with their data"(rpc) {
    const [, soldOut] = await safe(mirror.fail(rpc, { code: 1001 }));
    if (soldOut?.code !== 1001) throw new Error(`${soldOut}`);
    same<typeof soldOut, SoldOut>(true);
    same<typeof soldOut.data.left, number>(true);
    equal([soldOut instanceof SoldOut, soldOut.data], [true, { left: 3, near: { x: 0.5, y: -1 } }]);
    const [, refused] = await safe(mirror.fail(rpc, { code: 1002 }));
    equal([refused instanceof Refused1002, refused instanceof Refused1002 && refused.data], [true, { item: "tea", kind: "of" }]);
    const [, limit] = await safe(mirror.fail(rpc, { code: 1003 }));
    equal([limit instanceof Limit, limit instanceof Limit && limit.data], [true, [1, 9]]);
    const [, closed] = await safe(mirror.fail(rpc, { code: 1004 }));
    equal(closed instanceof Closed, true);
  },
  async "undeclared errors"(rpc) {
    const [, error] = await safe(mirror.fail(rpc, { code: 1 }));
    if (!(error instanceof UndeclaredError)) throw new Error(`${error}`);
    equal([error.code, error.rpcCode, error.execution, error.retryable], ["undeclared", -32603, "may have run", false]);
  },
  async "a typed batch"(rpc) {
    const results = await batch(rpc, (rpc) => [mirror.sample(rpc, { seed: 7n }), mirror.running(rpc), safe(mirror.fail(rpc, { code: 1003 })), mirror.note(rpc, { text: "in a batch" })]);
    same<(typeof results)[0], Everything>(true);
    same<(typeof results)[1], number>(true);
    equal([results[0].node !== undefined, typeof results[1], results[2][1]?.code], [true, "number", 1003]);
  },
  async "notifications"(rpc, bench) {
    const text = `note ${Math.random()}`;
    await mirror.note(rpc, { text });
    await until("the note has come", async () => (await mirror.noted(bench.http)).includes(text));
  },
  async "a stream, to its end"(rpc) {
    const items = await collect(mirror.count(rpc, { to: 20n }));
    same<typeof items, bigint[]>(true);
    equal(items, Array.from({ length: 20 }, (_, index) => BigInt(index + 1)));
    equal((await collect(mirror.count(rpc, { to: 0n }))).length, 0);
  },
  async "a stream larger than what may be under way"(rpc) {
    let sum = 0n;
    for await (const number of mirror.count(rpc, { to: 20_000n })) sum += number;
    equal(sum, 200_010_000n);
  },
  async "a stream that fails"(rpc) {
    const seen: bigint[] = [];
    const error = await failure(
      (async () => {
        for await (const item of mirror.count(rpc, { to: 9n, fail_after: 3n })) seen.push(item);
      })(),
    );
    equal([seen, error instanceof Limit && error.data], [[1n, 2n, 3n], [1, 9]]);
  },
  async "a stream with a token, and a result at its end"(rpc) {
    const parts = mirror.parts(rpc, { count: 2 });
    const seen = [await parts.next(), await parts.next()].map(({ value }) => value as { number: bigint });
    equal(seen.map(({ number }) => number), [1n, 2n]);
    const end = await parts.next();
    equal([end.done, Array.isArray(end.value)], [true, true]);
  },
  async "a stream that is left is stopped"(rpc, bench) {
    for await (const number of mirror.count(rpc, { to: 1_000_000_000n })) if (number > 5n) break;
    await idle(bench.http);
  },
  async "a stream that is given up"(rpc, bench) {
    const stop = new AbortController();
    const failed = failure(mirror.silence(rpc, { signal: stop.signal }).next());
    await until("it runs", async () => (await mirror.running(bench.http)) === 1);
    stop.abort();
    const error = await failed;
    equal(error instanceof TransportError && (error.cause as Error).name, "AbortError");
    await idle(bench.http);
  },
  async "a stream that is silent for too long"(rpc, bench) {
    const error = await failure(mirror.silence(rpc, { idleTimeout: 50 }).next());
    equal(error instanceof TransportError && (error.cause as Error).name, "TimeoutError");
    await idle(bench.http);
  },
  async "a call that is given up, and one that takes too long"(rpc, bench) {
    const stop = new AbortController();
    const failed = failure(mirror.hang(rpc, { signal: stop.signal }));
    await until("it runs", async () => (await mirror.running(bench.http)) === 1);
    stop.abort();
    const aborted = await failed;
    equal(aborted instanceof TransportError && [aborted.execution, aborted.retryable, (aborted.cause as Error).name], ["may have run", false, "AbortError"]);
    await idle(bench.http);
    const late = await failure(mirror.hang(rpc, { timeout: 50 }));
    // On a busy machine, the server notices first, since it is told how long the call waits.
    if (late instanceof UndeclaredError) equal([late.rpcCode, late.execution, late.retryable], [-33005, "may have run", true]);
    else equal(late instanceof TransportError && [(late.cause as Error).name, late.execution, late.retryable], ["TimeoutError", "may have run", true]);
    await idle(bench.http);
    const unsent = await failure(mirror.hang(rpc, { signal: AbortSignal.abort() }));
    equal(unsent instanceof TransportError && unsent.execution, "did not run");
  },
  async "a newer server"(rpc) {
    const order = await shop.order(rpc, { id: 9007199254740993n });
    same<typeof order.state, State>(true);
    equal(order, { id: 9007199254740993n, state: "lost", weight: 250n, parcels: [18446744073709551615n] });
    equal((await collect(shop.orders(rpc))).map(({ id }) => id), [1n, 2n]);
    equal(String(await shop.size(rpc)), "huge");
    const [, error] = await safe(shop.refuse(rpc));
    if (!(error instanceof UndeclaredError)) throw new Error(`${error}`);
    equal([error.rpcCode, error.data], [3002, { until: "tomorrow" }]);
  },
};

const checks: Readonly<Record<string, (bench: Bench, addresses: Addresses, socket: Socket | undefined) => Promise<void>>> = {
  async "automatic batching"(_, addresses) {
    const bodies: string[] = [];
    const spy: typeof fetch = (url, init) => {
      bodies.push(String(init?.body));
      return fetch(url, init);
    };
    const rpc = http(addresses.http, { batching: 3, fetch: spy });
    const numbers = await Promise.all([mirror.running(rpc), mirror.running(rpc), safe(mirror.fail(rpc, { code: 1004 })), mirror.running(rpc)]);
    equal([bodies.length, numbers[2][1]?.code], [2, 1004]);
  },
  async "headers and the time that is left"(_, addresses) {
    const rpc = http(addresses.http, { headers: async () => ({ "x-trace": "7" }), timeout: 60_000 });
    const [trace, left] = await mirror.told(rpc);
    equal([trace, left !== null && left > 0n && left <= 60_000n], ["7", true]);
    equal((await mirror.told(rpc, { headers: { "x-trace": "8" } }))[0], "8");
    equal((await mirror.told(http(addresses.http)))[1], null);
  },
  async "a stream goes on after its connection was cut"({ http, cutHttp, cutSocket }) {
    for (const rpc of [cutHttp, cutSocket]) {
      let last = 0n;
      let cuts = 0;
      const reasons: unknown[] = [];
      const onReopen = (reason: unknown): unknown => reasons.push(reason);
      for await (const { number, text } of mirror.log(rpc, { to: 1n << 60n }, { onReopen })) {
        if (number !== ++last || text !== `entry ${number}`) equal([number, text], [last, `entry ${last}`]);
        // Many items may be on their way already when the connection is cut.
        if (reasons.length === 2) break;
        if (cuts > reasons.length) continue;
        await cut(http);
        cuts++;
      }
      equal(reasons.every((reason) => reason instanceof TransportError), true);
    }
    await idle(http);
  },
  async "a stream without cursors fails when its connection is cut"({ http, cutHttp, cutSocket }) {
    for (const rpc of [cutHttp, cutSocket]) {
      const failed = failure(mirror.silence(rpc).next());
      await until("it runs", async () => (await mirror.running(http)) === 1);
      await cut(http);
      const error = await failed;
      equal(error instanceof TransportError && error.execution, "may have run");
      await idle(http);
    }
  },
  async "a call in flight may have run, and the next one connects again"({ http, cutHttp, cutSocket }, addresses) {
    // Browsers may send a request again by themselves when a connection is lost that was used before.
    const isPage = addresses.http === addresses.cutHttp;
    for (const rpc of isPage ? [cutSocket] : [cutHttp, cutSocket]) {
      const failed = failure(mirror.hang(rpc));
      await until("it runs", async () => (await mirror.running(http)) === 1);
      await cut(http);
      const error = await failed;
      equal(error instanceof TransportError && [error.execution, error.retryable], ["may have run", true]);
      equal(typeof (await mirror.running(rpc)), "number");
      await idle(http);
    }
  },
  async "a server that is only slow is not lost"(_, addresses, socket) {
    const rpc = webSocket(addresses.webSocket, { ...(socket === undefined ? {} : { WebSocket: socket }), pingInterval: 1000 });
    const late = await failure(mirror.hang(rpc, { timeout: 3500 }));
    equal(late instanceof TransportError && (late.cause as Error).name, "TimeoutError");
    rpc.close();
  },
  async "a server that is not there"(_, { webSocket: url }, socket) {
    const rpc = webSocket(url.replace(/:\d+/, ":9"), socket === undefined ? {} : { WebSocket: socket });
    const error = await failure(mirror.running(rpc));
    equal(error instanceof TransportError && [error.execution, error.retryable], ["did not run", true]);
    rpc.close();
    const closed = await failure(mirror.running(rpc));
    equal(closed instanceof TransportError && [closed.execution, closed.retryable], ["did not run", false]);
  },
  async "calls of the server"(bench, addresses, socket) {
    const heard: string[] = [];
    const thrown: unknown[] = [];
    const user = {
      async double({ number }: { number: bigint }): Promise<bigint> {
        if (number === 13n) throw new Error("a secret");
        if (number > 1n << 62n) throw new Overflow(2001, "too large", { limit: 1n << 62n });
        return number * 2n;
      },
      hear({ text }: { text: string }): void {
        heard.push(text);
      },
    };
    const handlers = serve({ user }, (error) => thrown.push(error));
    const rpc = webSocket(addresses.webSocket, { ...(socket === undefined ? {} : { WebSocket: socket }), handlers });
    equal(await mirror.ask(rpc, { number: 9007199254740993n }), 18014398509481986n);
    equal(heard, ["about 9007199254740993"]);
    const past = await failure(mirror.ask(rpc, { number: 18446744073709551615n }));
    equal(past instanceof Refused && past.data, "past 4611686018427387904");
    const failed = await failure(mirror.ask(rpc, { number: 13n }));
    equal(failed instanceof Refused && [failed.data.includes("-32603"), failed.data.includes("secret")], [true, false]);
    equal(thrown.map(String), ["Error: a secret"]);
    rpc.close();
    const unknown = await failure(mirror.ask(bench.socket, { number: 1n }));
    equal(unknown instanceof Refused && unknown.data.includes("-32601"), true);
    const oneWay = await failure(mirror.ask(bench.http, { number: 1n }));
    equal(oneWay instanceof Refused || oneWay instanceof UndeclaredError, true);
  },
  async "a subscription"({ http, socket }) {
    const seen: number[] = [];
    for await (const { x } of all.heads(socket)) {
      seen.push(x);
      if (seen.length === 3) break;
    }
    equal(seen, [0, 1, 2]);
    const error = await failure(all.heads(http).next());
    equal(error instanceof TransportError && error.execution, "did not run");
  },
  async "many calls and streams at once over one socket"({ socket }) {
    const counts = Array.from({ length: 20 }, async (_, index) => (await collect(mirror.count(socket, { to: BigInt(index) }))).length);
    const calls = Array.from({ length: 50 }, (_, index) => mirror.sample(socket, { seed: BigInt(index) }));
    equal(await Promise.all(counts), Array.from({ length: 20 }, (_, index) => index));
    equal((await Promise.all(calls)).length, 50);
  },
};

/** Fails if something takes very long, so that the name of the check is told. */
async function inTime(check: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error("it takes too long")), 120_000)));
  await Promise.race([check, late]).finally(() => clearTimeout(timer));
}

/** Runs all checks, and returns how many there were. `socket` is for platforms without WebSockets. */
export async function run(addresses: Addresses, socket?: Socket): Promise<number> {
  const settings = socket === undefined ? {} : { WebSocket: socket };
  const bench: Bench = {
    http: http(addresses.http),
    socket: webSocket(addresses.webSocket, settings),
    cutHttp: http(addresses.cutHttp),
    cutSocket: webSocket(addresses.cutWebSocket, settings),
  };
  const named: [name: string, check: () => Promise<void>][] = [];
  for (const [name, check] of Object.entries(shared)) {
    named.push([`${name}, over HTTP`, () => check(bench.http, bench)]);
    named.push([`${name}, over a WebSocket`, () => check(bench.socket, bench)]);
  }
  for (const [name, check] of Object.entries(checks)) named.push([name, () => check(bench, addresses, socket)]);
  for (const [name, check] of named) {
    try {
      await inTime(check());
    } catch (cause) {
      throw new Error(`${name}: ${cause instanceof Error ? (cause.stack ?? cause.message) : show(cause)}`, { cause });
    }
  }
  bench.socket.close();
  bench.cutSocket.close();
  return named.length;
}
