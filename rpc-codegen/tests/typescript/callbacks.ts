// Uses the client of callbacks.yaml: the server calls methods of this end.

import { UnknownAccountError, api, serve, type ClientMethods } from "./callbacks/client.js";
import { RpcError } from "./callbacks/runtime.js";
import type { Account } from "./callbacks/types.js";
import { webSocket, type WebSocketOptions } from "./callbacks/websocket.js";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

/** Has each method called in several ways. Returns the answers, what was logged, and what was thrown. */
export async function callbacks(url: string, socket: NonNullable<WebSocketOptions["WebSocket"]>): Promise<unknown[]> {
  const logged: string[] = [];
  const thrown: string[] = [];
  const methods: ClientMethods = {
    accounts: {
      async limit({ account, since }) {
        same<typeof account, Account>(true);
        same<typeof since, bigint | null | undefined>(true);
        if (account.owner === "nobody") throw new UnknownAccountError(2001, "not one of mine", account);
        if (account.owner === "broken") throw new TypeError("a secret");
        if (account.owner === "foreign") throw new RpcError(4000, "of another method", null);
        // @ts-expect-error the data has another type
        if (account.owner === "wrong") throw new UnknownAccountError(2001, "not one of mine", 7);
        return { cents: account.id + (since ?? 0n), note: undefined };
      },
      forget: (signal) => void logged.push(`forgotten, ${signal.aborted}`),
    },
    class: { new: () => void logged.push("new") },
    api: {
      log: ({ line }) => void logged.push(line),
    },
  };
  const handlers = serve(methods, (error, method) => thrown.push(`${method}: ${error}`));
  const rpc = webSocket(url, { WebSocket: socket, handlers });
  const calls: [string, unknown][] = [
    ["accounts.limit", { account: { id: 18446744073709551615n } }],
    ["accounts.limit", [{ id: 1 }, -9223372036854775808n]],
    ["accounts.max", [{ id: 1, owner: "nobody" }]],
    ["accounts.limit", [{ id: 1, owner: "broken" }]],
    ["accounts.limit", [{ id: 1, owner: "foreign" }]],
    ["accounts.limit", {}],
    ["accounts.limit", [{ id: 1.5 }]],
    ["accounts.forget", undefined],
    ["class.new", undefined],
    ["log", ["a line"]],
    ["constructor", []],
  ];
  const answers: string[] = [];
  for (const [method, params] of calls) answers.push(await api.echo(rpc, { method, params }));
  rpc.close();
  return [answers, logged, thrown];
}
