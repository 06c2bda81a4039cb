// Uses the client of shop.yaml as a program would. The compiler checks the types, and `run.js` runs the checks.

import { NoCreditError, SoldOut, api, delivery, orders, prices, stock } from "./shop/client.js";
import { TransportError, UndeclaredError, batch, http, safe, webSocket, type HttpOptions, type Rpc } from "./shop/runtime.js";
import type { Order, Price, Query } from "./shop/types.js";

/** Fails to compile unless the two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

function equal(actual: unknown, expected: unknown): void {
  const show = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? "undefined";
  if (show(actual) !== show(expected)) throw new Error(`expected ${show(expected)}, not ${show(actual)}`);
}

type Check = (url: string, socket: (url: string) => WebSocket) => Promise<void>;

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
  async "a status, a timeout and a signal"(url) {
    const [, unavailable] = await safe(api.ping(client(`${url}/503`)));
    equal([unavailable?.code, unavailable instanceof TransportError && unavailable.status], ["transport", 503]);
    const [, late] = await safe(api.categories(client(url), { timeout: 20 }));
    equal(late instanceof TransportError && late.cause instanceof Error && late.cause.name, "TimeoutError");
    const stop = new AbortController();
    const stopped = safe(api.categories(client(url), { signal: stop.signal }));
    stop.abort();
    equal((await stopped)[1] instanceof TransportError, true);
  },
  async "headers"(url) {
    const rpc = client(url, { headers: async () => ({ authorization: "Bearer a" }) });
    await api.ping(rpc, { headers: { "x-trace": "7" } });
    equal(await (await fetch(`${url}/headers`)).json(), ["Bearer a", "7"]);
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
    while ((await (await fetch(`${url}/stopped`)).json()) !== true) await new Promise((resolve) => setTimeout(resolve, 5));
  },
  async "a stream with a token, and a result at its end"(url) {
    const found = api.search(client(url), { text: "tea" });
    equal(await found.next(), { value: ["black", "green"], done: false });
    equal(await found.next(), { value: 2n, done: true });
  },
  async "a stream goes on after its connection was lost"(url) {
    const seen: bigint[] = [];
    for await (const price of prices.journal(client(url), {})) seen.push(price.cents);
    equal(seen, [1n, 2n, 3n, 4n]);
  },
  async "a call, a batch and streams over a WebSocket"(url, socket) {
    const rpc = webSocket(url, { WebSocket: class { constructor(url: string | URL) { return socket(String(url)); } } as unknown as typeof WebSocket });
    equal((await orders.place(rpc, { item: "tea", quantity: 1 })).id, 18446744073709551615n);
    equal((await batch(rpc, (rpc) => [api.ping(rpc), stock.levels(rpc)]))[0], null);
    const seen: bigint[] = [];
    for await (const price of prices.watch(rpc, { symbol: "tea" })) seen.push(price.cents);
    equal(seen, [1n, 2n]);
    const resumed: bigint[] = [];
    for await (const price of prices.journal(rpc, {})) resumed.push(price.cents);
    equal(resumed, [1n, 2n, 3n, 4n]);
    for await (const _ of prices.watch(rpc, { symbol: "endless" })) break;
    while ((await (await fetch(`${url}/stopped`)).json()) !== true) await new Promise((resolve) => setTimeout(resolve, 5));
    const heads: bigint[] = [];
    let failure: unknown;
    try {
      for await (const head of api.chainSubscribeHeads(rpc)) heads.push(head);
    } catch (error) {
      failure = error;
    }
    equal([heads, (failure as { code?: unknown }).code], [[1n, 2n], 1003]);
    while ((await (await fetch(`${url}/unsubscribed`)).json()) !== "12345678901234567890") await new Promise((resolve) => setTimeout(resolve, 5));
    const [, lost] = await safe(orders.place(rpc, { item: "cut", quantity: 1 }));
    equal(lost instanceof TransportError, true);
    equal(await api.ping(rpc), null);
    rpc.close();
  },
};
