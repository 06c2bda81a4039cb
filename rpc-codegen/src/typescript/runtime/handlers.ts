// Answers the calls that the server makes to this end.

import { RpcError } from "./errors.js";
import { decode, write, type Shape } from "./json.js";
import type { Handlers } from "./websocket.js";

/** A method that the server may call, and the function that runs it. */
export interface Handler {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** The names of its params, in the order in which they go by position. */
  readonly params?: readonly string[];
  /** Those that must be there. */
  readonly required?: readonly string[];
  /** Where in the params the numbers are. */
  readonly shapes?: Readonly<Record<string, Shape>>;
  /** The classes of its errors. */
  readonly errors?: readonly (new (...args: never) => RpcError<number>)[];
  readonly run: (params: never, signal: AbortSignal) => unknown;
}

/** Is told of what a function threw that its method does not declare. */
export type OnError = (error: unknown, method: string) => void;

type Params = Readonly<Record<string, unknown>>;

/** Answers calls with these methods. The server learns nothing about an undeclared error, so `onError` is told. */
export function answering(
  handlers: readonly Handler[],
  onError: OnError = (error, method) => console.error(`${method} failed:`, error),
): Handlers {
  const entries = handlers.flatMap((handler) =>
    [handler.name, ...(handler.aliases ?? [])].map((name) => [name, handler] as const),
  );
  const byName = new Map<unknown, Handler>(entries);
  return async ({ method, params, id = null }, signal) => {
    const respond = (outcome: object): string => write({ jsonrpc: "2.0", ...outcome, id });
    try {
      return respond(await run(byName.get(method), params, signal));
    } catch (error) {
      // It may throw, and it may be an async function that does.
      (async () => onError(error, String(method)))().catch((failed: unknown) => console.error(failed));
      return respond(refusal(-32603, "internal error"));
    }
  };
}

/** The result of a call, or its error object. It throws what the method does not declare. */
async function run(handler: Handler | undefined, params: unknown, signal: AbortSignal): Promise<object> {
  if (handler === undefined) return refusal(-32601, "method not found");
  if (typeof (params ?? {}) !== "object") return refusal(-32602, "params are neither an object nor an array");
  const given = named(handler, params);
  const missing = handler.required?.find((name) => !Object.hasOwn(given, name) || given[name] === undefined);
  if (missing !== undefined) return refusal(-32602, `missing parameter ${JSON.stringify(missing)}`);
  let decoded: Params;
  try {
    decoded = decode(given, { fields: handler.shapes ?? {} }) as Params;
  } catch (error) {
    return refusal(-32602, String(error));
  }
  try {
    return { result: (await handler.run(decoded as never, signal)) ?? null };
  } catch (error) {
    const isDeclared = handler.errors?.some((type) => error instanceof type) === true;
    if (!isDeclared || !(error instanceof RpcError)) throw error;
    const { code, message, data } = error;
    return { error: { code, message, data } };
  }
}

/** Params by name, however they were sent. */
function named({ params: names = [] }: Handler, params: unknown): Params {
  if (!Array.isArray(params)) return (params ?? {}) as Params;
  return Object.fromEntries(names.map((name, index) => [name, params[index] as unknown]));
}

function refusal(code: number, message: string): object {
  return { error: { code, message } };
}
