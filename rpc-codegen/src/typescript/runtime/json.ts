// JSON without rounding: 64-bit numbers are `bigint` on both ways.
//
// A whole number that a double can't hold is rounded only where the contract has a double. Where it has 64-bit numbers, they are
// `bigint` whatever their size. Where it has a whole number of unknown size, such a number is an error. Where it does not say what is
// there, the number arrives as a `bigint`.

/** Where in a value the numbers are, and the members that may have other names. `number` is a whole one. */
export type Shape =
  | (() => Shape)
  | "bigint"
  | "number"
  | "double"
  | {
      readonly items?: Shape;
      readonly tuple?: readonly (Shape | 0)[];
      readonly fields?: Readonly<Record<string, Shape>>;
      readonly rest?: Shape;
      readonly aliases?: Readonly<Record<string, string>>;
      readonly tag?: readonly [name: string, cases: Readonly<Record<string, Shape>>];
      readonly pick?: readonly (readonly [kind: string, members: readonly string[], shape: Shape | 0])[];
    };

/** A number that does not fit the contract. */
export class NumberError extends Error {
  override readonly name: string = "NumberError";
}

/** The members of a value, if it is an object. */
export function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** JSON text, with `bigint` written as a number. */
export function write(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${value} can't be sent as JSON`);
  if (Object.is(value, -0)) return "-0";
  // Unlike `map`, this also visits the holes of an array.
  if (Array.isArray(value)) return `[${Array.from(value, write).join()}]`;
  if (typeof value !== "object" || value === null || "toJSON" in value) return JSON.stringify(value) ?? "null";
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${given.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join()}}`;
}

/** Parses JSON text. A whole number that a double can't hold becomes a `bigint`. */
export function read(text: string): unknown {
  const rounded: unknown = JSON.parse(text);
  if (!/\d{16}/.test(text)) return rounded;
  // A string may have any text in it, also by escapes, so the mark is one that nobody can foresee.
  const mark = `#${Math.random()}${Math.random()}#`;
  return JSON.parse(marked(text, mark), (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

/** JSON with its large numbers as strings that begin with a mark. */
function marked(text: string, mark: string): string {
  const parts: string[] = [];
  for (let end = 0; end < text.length;) {
    const quote = text.indexOf('"', end);
    const numbers = text.slice(end, quote < 0 ? text.length : quote);
    parts.push(
      numbers.replace(/-?\d+(\.\d+)?([eE][+-]?\d+)?/g, (token) =>
        /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token,
      ),
    );
    if (quote < 0) break;
    end = endOfString(text, quote);
    parts.push(text.slice(quote, end));
  }
  return parts.join("");
}

/** Where a string of JSON ends. A regular expression would need a stack as deep as the string is long. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === "\\") before--;
    if ((end - before) % 2 === 0) return end + 1;
  }
}

/** A value with its numbers and names as the contract has them. It changes the value in place. */
export function decode(value: unknown, shape: Shape | 0 | undefined): unknown {
  while (typeof shape === "function") shape = shape();
  if (shape === undefined || shape === 0 || value === null) return value;
  if (typeof shape === "string") return numeric(value, shape);
  if (shape.pick !== undefined) {
    const kind = Array.isArray(value) ? "array" : typeof value === "bigint" ? "number" : typeof value;
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
  const object = value as Record<string, unknown>;
  if (shape.tag !== undefined) {
    const [name, cases] = shape.tag;
    const given = object[name];
    const tag = given === members(given) ? "" : `${given}`;
    return decode(value, Object.hasOwn(cases, tag) ? cases[tag] : undefined);
  }
  const { fields = {}, rest, aliases = {} } = shape;
  for (const [alias, name] of Object.entries(aliases)) {
    if (!Object.hasOwn(object, alias) || Object.hasOwn(object, name)) continue;
    object[name] = object[alias];
    delete object[alias];
  }
  for (const name of Object.keys(rest === undefined ? fields : object)) {
    if (Object.hasOwn(object, name))
      object[name] = decode(object[name], Object.hasOwn(fields, name) ? fields[name] : rest);
  }
  return value;
}

function numeric(value: unknown, shape: "bigint" | "number" | "double"): unknown {
  if (shape === "double") return typeof value === "bigint" ? Number(value) : value;
  if (shape === "number" && typeof value === "bigint") throw new NumberError(`${value} does not fit into a number`);
  if (shape === "number" || typeof value !== "number") return value;
  if (!Number.isSafeInteger(value)) throw new NumberError(`${value} is not a whole number that was sent exactly`);
  return BigInt(value);
}
