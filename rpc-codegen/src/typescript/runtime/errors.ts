// What a failed call is: errors of the server, and failures on the way to it.

/**
 * Whether the method ran. A call that did not run may be made again, whatever it does. One that may have run may be made again if
 * running twice does no harm.
 */
export type Execution = "did not run" | "may have run" | "ran";

/** What a failure says about its call. */
export interface Verdict {
  readonly execution: Execution;
  /** Whether another attempt may succeed. */
  readonly retryable: boolean;
  /** After how many milliseconds the server wants to be asked again, if it said so. */
  readonly retryAfter?: number | undefined;
  /** The HTTP status, if it is not a success. */
  readonly status?: number | undefined;
}

/** An error that the server answered with. A declared one is a subclass with a literal `code`. */
export class RpcError<Code extends number | "undeclared" = number | "undeclared", Data = unknown> extends Error {
  override readonly name: string = "RpcError";
  readonly code: Code;
  readonly data: Data;

  constructor(code: Code, message: string, data: Data) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** An error that the contract does not declare for the method. */
export class UndeclaredError extends RpcError<"undeclared"> implements Verdict {
  override readonly name: string = "UndeclaredError";
  /** The code that the server sent. */
  readonly rpcCode: number;
  readonly execution: Execution;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;

  constructor(rpcCode: number, message: string, data: unknown, about: Partial<Verdict> = {}) {
    super("undeclared", message, data);
    const { execution, retryable } = verdictOf(rpcCode);
    this.rpcCode = rpcCode;
    this.execution = execution === "did not run" ? execution : (about.execution ?? execution);
    this.retryable = retryable || about.retryable === true || about.retryAfter !== undefined;
    this.retryAfter = about.retryAfter;
  }
}

/** No reply, or none that makes sense. `cause` is the reason, also if the call was given up or took too long. */
export class TransportError extends Error implements Verdict {
  override readonly name: string = "TransportError";
  readonly code = "transport" as const;
  readonly execution: Execution;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly status: number | undefined;

  constructor(message: string, about: Partial<Verdict> & ErrorOptions = {}) {
    super(message, about);
    this.execution = about.execution ?? "may have run";
    this.retryable = about.retryable ?? false;
    this.retryAfter = about.retryAfter;
    this.status = about.status;
  }
}

/** Every way in which a call with declared errors `E` can fail. */
export type Failure<E> = E | UndeclaredError | TransportError;

/** What the code of an error object says about its call. */
export function verdictOf(code: number): Verdict {
  const isReserved = (code >= -32768 && code <= -32000) || code === -33005;
  const execution = [-32700, -32600, -32601, -33000, -33001, -32009, -32006, -33004].includes(code)
    ? "did not run"
    : isReserved && code !== -32008
      ? "may have run"
      : "ran";
  return { execution, retryable: [-32009, -32006, -33004, -32802, -33005].includes(code) };
}

/** A failure as callers see it. A platform error may come after the call was sent. */
export function failure(error: unknown, execution: Execution = "may have run"): unknown {
  if (error instanceof TransportError || error instanceof RpcError) return error;
  const { name, message, cause } = error instanceof Error ? error : new Error(String(error));
  // Node says why a connection could not be made. Browsers don't.
  const code = String((cause as { readonly code?: unknown } | undefined)?.code);
  const isUnsent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/.test(code);
  const retryable = name !== "AbortError" && name !== "NumberError";
  return new TransportError(message, { cause: error, execution: isUnsent ? "did not run" : execution, retryable });
}
