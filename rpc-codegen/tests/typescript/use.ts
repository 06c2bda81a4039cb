// Uses the client of shop.yaml as a program would. The compiler checks the types, and `run.js` runs the checks.

import { NoCreditError, SoldOut, api, delivery, orders, prices, stock } from "./shop/client.js";
import { TransportError, UndeclaredError, batch, http, safe, type HttpOptions, type Rpc } from "./shop/runtime.js";
import type { Order, Parcel, Price, Query } from "./shop/types.js";
import { webSocket, type WebSocketOptions } from "./shop/websocket.js";

/** Fails to compile unless the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

function equal(actual: unknown, expected: unknown): void {
  const show = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? "undefined";
  if (show(actual) !== show(expected)) throw new Error(`expected ${show(expected)}, not ${show(actual)}`);
}

async function until(is: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await is())) {
    if (Date.now() > end) throw new Error("it never came true");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Check = (url: string, socket: NonNullable<WebSocketOptions["WebSocket"]>) => Promise<void>;

const client = (url: string, options: HttpOptions = {}): Rpc => http(url, options);

export const checks: Readonly<Record<string, Check>> = {
  async "a call"(url) {
    const call = orders.place(client(url), { item: "tea", quantity: 2, "gift-note": null });
    same<Awaited<typeof call>, Order>(true);
    const order = await call;
    equal(order.id, 18446744073709551615n);
    equal(order.total, "18.50");
    const status: string = order.status;
    equal(status, "placed");
  },
  async "params by position, by name, and with a gap"(url) {
    const rpc = client(url);
    const sent = async (call: Promise<unknown>): Promise<unknown> => {
      await call;
      return (await (await fetch(`${url}/last`)).json()) as unknown;
    };
    equal(await sent(orders.place(rpc, { item: "tea", quantity: 2 })), ["tea", 2]);
    equal(await sent(orders.place(rpc, { item: "tea", quantity: 2, card: { number: "1", expires: "2026-11-27" } })), { item: "tea", quantity: 2, card: { number: "1", expires: "2026-11-27" } });
    const latest: Query = { kind: "latest" };
    equal(await sent(orders.find(rpc, { by: latest })), { by: { kind: "latest" } });
    equal(await sent(orders.seen(rpc, { id: 9007199254740993n })), "[9007199254740993]");
  },
  async "64-bit numbers wherever they are"(url) {
    const rpc = client(url);
    equal(await stock.levels(rpc), { "1": 1n, "2": -9223372036854775808n });
    equal(await delivery.quote(rpc, { to: "pickup", parcels: [{ size: "s" }] }), 9007199254740993n);
    equal(await delivery.quote(rpc, { to: { Street: ["High Street", 1] }, parcels: [{ size: "l" }] }), "too large: 9007199254740993");
    const page = await orders.list(rpc);
    equal(page.items.map((order) => order.id), [1n, 2n]);
    equal(page.next, null);
  },
  async "large numbers beside strings of all kinds"(url) {
    const failure = async (error: string): Promise<unknown> => {
      const body = `{"jsonrpc":"2.0","id":null,"error":${error}}`;
      return (await safe(api.ping(client(url, { fetch: async () => new Response(body) }))))[1];
    };
    const numbers = String.raw`[12345678901234567890,"\"12345678901234567890","\\",-9007199254740993,123456789012345678.5,"#"]`;
    const error = await failure(`{"code":1,"message":"","data":${numbers}}`);
    equal(error instanceof UndeclaredError && error.data, [12345678901234567890n, '"12345678901234567890', "\\", -9007199254740993n, 123456789012345680, "#"]);
    // Longer than the stack of a regular expression is deep.
    const long = await failure(String.raw`{"code":1,"message":"${"\\\"".repeat(4_000_000)}","data":12345678901234567890}`);
    equal(long instanceof UndeclaredError && [long.message.length, long.data], [4_000_000, 12345678901234567890n]);
  },
  async "declared errors, others, and none"(url) {
    const rpc = client(url);
    const [order, error] = await safe(orders.place(rpc, { item: "sold out", quantity: 2 }));
    equal(order, undefined);
    if (error?.code !== 1001) throw new Error(`${error}`);
    same<typeof error.data.left, bigint>(true);
    equal([error instanceof SoldOut, error.data.left, error.message], [true, 3n, "SoldOut"]);
    const [, credit] = await safe(orders.place(rpc, { item: "no credit", quantity: 2 }));
    equal(credit instanceof NoCreditError, true);
    const [, other] = await safe(orders.place(rpc, { item: "broken", quantity: 2 }));
    if (!(other instanceof UndeclaredError)) throw new Error(`${other}`);
    equal([other.code, other.rpcCode], ["undeclared", -32603]);
    const [found, none] = await safe(orders.place(rpc, { item: "tea", quantity: 2 }));
    equal([found?.status, none], ["placed", undefined]);
  },
  async "what does not compile"(url) {
    // None of these is called.
    const mistakes = (rpc: Rpc): unknown[] => [
      // @ts-expect-error a required parameter is missing
      orders.place(rpc, { item: "tea" }),
      // @ts-expect-error a parameter that there is not
      orders.place(rpc, { item: "tea", quantity: 1, colour: "green" }),
      // @ts-expect-error a number where a 64-bit one is wanted
      orders.seen(rpc, { id: 1 }),
      // @ts-expect-error a value that the enum does not have
      delivery.quote(rpc, { to: "pickup", parcels: [{ size: "xl" }] }),
      // @ts-expect-error a variant without its member
      orders.find(rpc, { by: { kind: "id" } }),
      // @ts-expect-error the token is the runtime's
      api.search(rpc, { text: "tea", partialResultToken: 1 }),
    ];
    equal([typeof mistakes, url.length > 0], ["function", true]);
  },
  async "what a failure says about its call"(url) {
    const about = async (path: string): Promise<unknown> => {
      const [, error] = await safe(api.ping(client(`${url}${path}`)));
      return (error instanceof TransportError || error instanceof UndeclaredError) && [error.code, error.execution, error.retryable, error.retryAfter];
    };
    equal(await about("/status?503"), ["transport", "may have run", true, undefined]);
    equal(await about("/status?503&rpc-refused=busy&retry-after=2"), ["transport", "did not run", true, 2000]);
    equal(await about("/status?503&retry-after=2&retry-after-ms=250"), ["transport", "may have run", true, 250]);
    equal(await about("/status?429&retry-after=Sun, 06 Nov 1994 08:50:00 GMT&date=Sun, 06 Nov 1994 08:49:37 GMT"), ["transport", "did not run", true, 23_000]);
    equal(await about("/status?413&rpc-refused=too-large"), ["transport", "did not run", false, undefined]);
    equal(await about("/status?401"), ["transport", "did not run", false, undefined]);
    equal(await about("/status?500"), ["transport", "may have run", false, undefined]);
    equal(await about("/status?200"), ["transport", "may have run", false, undefined]);
    equal(await about("/nobody?400&-32700"), ["undeclared", "did not run", false, undefined]);
    equal(await about("/nobody?503&-32603"), ["undeclared", "may have run", true, undefined]);
    equal(await about("/nobody?404&-32603"), ["undeclared", "did not run", false, undefined]);
    equal(await about("/error?-32009"), ["undeclared", "did not run", true, undefined]);
    equal(await about("/error?-32602"), ["undeclared", "may have run", false, undefined]);
    equal(await about("/error?7"), ["undeclared", "ran", false, undefined]);
    const [, unavailable] = await safe(api.ping(client(`${url}/status?503`)));
    equal(unavailable instanceof TransportError && unavailable.status, 503);
    const [, refused] = await safe(api.ping(client(`http://127.0.0.1:${await (await fetch(`${url}/unused`)).text()}`)));
    equal(refused instanceof TransportError && [refused.execution, refused.retryable], ["did not run", true]);
  },
  async "a timeout and a signal"(url) {
    const [, late] = await safe(api.categories(client(url), { timeout: 20 }));
    equal(late instanceof TransportError && late.cause instanceof Error && late.cause.name, "TimeoutError");
    const stop = new AbortController();
    const stopped = safe(api.categories(client(url), { signal: stop.signal }));
    stop.abort();
    equal((await stopped)[1] instanceof TransportError, true);
    const timeout = async (options: HttpOptions): Promise<unknown> => {
      await api.ping(client(url, options));
      return ((await (await fetch(`${url}/headers`)).json()) as unknown[])[2];
    };
    equal([await timeout({}), await timeout({ timeout: 1234.5 }), await timeout({ timeout: 1234, tellTimeout: false })], [null, "1235", null]);
  },
  async "what can't be sent"(url) {
    let failure: unknown;
    try {
      await delivery.quote(client(url), { to: { Point: [Number.NaN, 0] }, parcels: [] });
    } catch (error) {
      failure = error;
    }
    equal(failure instanceof TypeError, true);
  },
  async "undefined, wherever something may be left out"(url) {
    const parcel: Parcel = { size: "s", insured: undefined };
    await delivery.quote(client(url), { to: "pickup", parcels: [parcel] });
    equal(await (await fetch(`${url}/last`)).json(), ["pickup", [{ size: "s" }]]);
    await orders.place(client(url), { item: "tea", quantity: 1, "gift-note": undefined });
    equal(await (await fetch(`${url}/last`)).json(), ["tea", 1]);
  },
  async "headers"(url) {
    const rpc = client(url, { headers: async () => ({ authorization: "Bearer a" }) });
    await api.ping(rpc, { headers: { "x-trace": "7" } });
    equal(await (await fetch(`${url}/headers`)).json(), ["Bearer a", "7", null]);
  },
  async "a typed batch"(url) {
    const rpc = client(url);
    const results = await batch(rpc, (rpc) => [orders.place(rpc, { item: "tea", quantity: 1 }), api.ping(rpc), safe(orders.place(rpc, { item: "sold out", quantity: 1 }))]);
    same<(typeof results)[0], Order>(true);
    same<(typeof results)[1], null>(true);
    equal([results[0].id, results[1], results[2][1]?.code], [18446744073709551615n, null, 1001]);
    equal(await (await fetch(`${url}/size`)).json(), 3);
  },
  async "automatic batching"(url) {
    const rpc = client(url, { batching: 10 });
    await Promise.all([api.ping(rpc), api.ping(rpc), api.ping(rpc), orders.seen(rpc, { id: 1n })]);
    equal(await (await fetch(`${url}/size`)).json(), 4);
  },
  async "a stream of server-sent events"(url) {
    const seen: Price[] = [];
    for await (const price of prices.watch(client(url), { symbol: "tea" })) seen.push(price);
    equal(seen.map((price) => [price.cents, price.volume]), [[1n, 340282366920938463463374607431768211455n], [2n, 1n]]);
    let failure: unknown;
    try {
      for await (const _ of prices.watch(client(url), { symbol: "closed" }));
    } catch (error) {
      failure = error;
    }
    equal((failure as { code?: unknown }).code, 1003);
  },
  async "a stream that is left stops the request"(url) {
    for await (const price of prices.watch(client(url), { symbol: "endless" })) {
      equal(price.cents, 1n);
      break;
    }
    await until(async () => (await (await fetch(`${url}/stopped`)).json()) === true);
  },
  async "a stream that is ended while it waits"(url, socket) {
    for (const rpc of [client(url), webSocket(url.replace("http", "ws"), { WebSocket: socket })]) {
      const items = prices.watch(rpc, { symbol: "endless" });
      await items.next();
      const waiting = items.next();
      equal(await items.return(null), { value: null, done: true });
      equal((await waiting).done, true);
      await until(async () => (await (await fetch(`${url}/stopped`)).json()) === true);
      const unread = prices.watch(rpc, { symbol: "endless" });
      equal((await unread.return(null)).done, true);
    }
  },
  async "a stream with a token, and a result at its end"(url) {
    const found = api.search(client(url), { text: "tea" });
    equal(await found.next(), { value: ["black", "green"], done: false });
    equal(await found.next(), { value: 2n, done: true });
  },
  async "a stream goes on after its connection was lost"(url) {
    const seen: bigint[] = [];
    const reasons: unknown[] = [];
    const onReopen = (reason: unknown): unknown => reasons.push(reason);
    for await (const price of prices.journal(client(url), {}, { onReopen })) seen.push(price.cents);
    equal(seen, [1n, 2n, 3n, 4n]);
    // The server refuses the second attempt, and names a time.
    equal(reasons.map((reason) => reason instanceof TransportError && [reason.status, reason.retryAfter]), [[undefined, undefined], [503, 300]]);
    const pauses = (await (await fetch(`${url}/pauses`)).json()) as number[];
    equal([pauses.length, (pauses[1] ?? 0) >= 299], [2, true]);
  },
  async "a stream does not go on for ever"(url) {
    const failed = async (after: string, options: object): Promise<unknown> => {
      try {
        for await (const _ of prices.journal(client(url), { after }, options));
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const gone = await failed("too old", {});
    equal(gone instanceof UndeclaredError && gone.rpcCode, -33003);
    const start = Date.now();
    const silent = await failed("down", { idleTimeout: 200 });
    equal([silent instanceof TransportError && (silent.cause as Error).name, Date.now() - start >= 199], ["TimeoutError", true]);
    const stopped = await failed("down", { signal: AbortSignal.timeout(100) });
    equal(stopped instanceof TransportError && (stopped.cause as Error).name, "TimeoutError");
    const neverOpened = await failed("never", {});
    equal(neverOpened instanceof TransportError && neverOpened.status, 503);
  },
  async "a WebSocket's stream grants what it has room for"(url, socket) {
    const rpc = webSocket(url.replace("http", "ws"), { WebSocket: socket, window: 300 });
    for await (const _ of prices.watch(rpc, { symbol: "credit" }));
    const all = (await (await fetch(`${url}/grants`)).json()) as number[];
    const grants = all.slice(all.indexOf(300));
    // The first before the call, and then each time that half of it was read. Items are counted in bytes, not in characters.
    const item = new TextEncoder().encode('{"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":{"symbol":"茶","cents":1,"volume":1}}}').length;
    const digits = (grants[1] ?? 0) / 2 - item;
    equal([grants[0], grants.length, digits >= 0 && digits < 6], [300, 4, true]);
    rpc.close();
  },
  async "a silent server is asked for a sign of life, and given up"(url, socket) {
    const rpc = webSocket(url.replace("http", "ws"), { WebSocket: socket, pingInterval: 250 });
    const prompt = prices.watch(rpc, { symbol: "endless" });
    await prompt.next();
    const next = prompt.next().catch((error: unknown) => error);
    await until(async () => ((await (await fetch(`${url}/pings`)).json()) as number) > 1);
    await fetch(`${url}/mute`);
    const failure = await next;
    equal(failure instanceof TransportError && [failure.message, failure.execution, failure.retryable], ["the server is silent", "may have run", true]);
    await fetch(`${url}/unmute`);
    equal(await api.ping(rpc), null);
    rpc.close();
  },
  async "nonsense over a WebSocket"(url, socket) {
    const rpc = webSocket(url.replace("http", "ws"), { WebSocket: socket });
    for (const call of [orders.place(rpc, { item: "nonsense", quantity: 1 }), prices.watch(rpc, { symbol: "nonsense" }).next()]) {
      const failure = await call.then(() => undefined, (error: unknown) => error);
      equal(failure instanceof TransportError && failure.message, "the error in the reply is not an error object");
    }
    equal(await api.ping(rpc), null);
    rpc.close();
  },
  async "nonsense over HTTP"(url) {
    const cut = `{"number":1234567890123456789,"text":"${"a".repeat(1000)}`;
    for (const body of ["7", "null", "[]", "{}", '"text"', '{"id":1}', cut]) {
      const [, failure] = await safe(api.ping(client(`${url}/body?${body}`)));
      equal(failure instanceof TransportError, true);
      const ended = await prices.watch(client(`${url}/events?${body}`), { symbol: "tea" }).next().then(() => undefined, (error: unknown) => error);
      equal(ended instanceof TransportError, true);
    }
  },
  async "items that nobody has room for"(url, socket) {
    const rpc = webSocket(url.replace("http", "ws"), { WebSocket: socket, buffer: 3 });
    const flood = prices.watch(rpc, { symbol: "flood" });
    await flood.next();
    await until(async () => (await (await fetch(`${url}/flooded`)).json()) === true);
    let failure: unknown;
    try {
      for await (const _ of flood);
    } catch (error) {
      failure = error;
    }
    equal(failure instanceof TransportError && failure.message, "items arrive faster than they are read");
    await until(async () => (await (await fetch(`${url}/stopped`)).json()) === true);
    rpc.close();
  },
  async "a call, a batch and streams over a WebSocket"(url, socket) {
    const rpc = webSocket(url.replace("http", "ws"), { WebSocket: socket });
    equal((await orders.place(rpc, { item: "tea", quantity: 1 })).id, 18446744073709551615n);
    equal((await batch(rpc, (rpc) => [api.ping(rpc), stock.levels(rpc)]))[0], null);
    const seen: bigint[] = [];
    for await (const price of prices.watch(rpc, { symbol: "tea" })) seen.push(price.cents);
    equal(seen, [1n, 2n]);
    const resumed: bigint[] = [];
    for await (const price of prices.journal(rpc, {})) resumed.push(price.cents);
    equal(resumed, [1n, 2n, 3n, 4n]);
    for await (const _ of prices.watch(rpc, { symbol: "endless" })) break;
    await until(async () => (await (await fetch(`${url}/stopped`)).json()) === true);
    const heads: bigint[] = [];
    let failure: unknown;
    try {
      for await (const head of api.chainSubscribeHeads(rpc)) heads.push(head);
    } catch (error) {
      failure = error;
    }
    equal([heads, (failure as { code?: unknown }).code], [[0n, 1n, 2n], 1003]);
    await until(async () => (await (await fetch(`${url}/unsubscribed`)).json()) === "12345678901234567890");
    const [, lost] = await safe(orders.place(rpc, { item: "cut", quantity: 1 }));
    equal(lost instanceof TransportError && [lost.execution, lost.retryable], ["may have run", true]);
    equal(await api.ping(rpc), null);
    rpc.close();
  },
};
