// The value that a form starts with.

import { JsonNumber, type Json } from '../json/value';
import { Picked, Unfinished, type Draft } from './draft';
import type { Schemas } from './schemas';
import type { Field } from './shape';

/** A required member may be of the type that has it, without end. */
const MAX_DEPTH = 6;

/** More values would fill the page. What is left is made when somebody wants it. */
const MAX_VALUES = 500;

/** How many values may still be made. */
interface Room {
  left: number;
}

export function blank(schemas: Schemas, schema: Json, depth = 0, room: Room = { left: MAX_VALUES }): Draft {
  room.left -= 1;
  const shape = schemas.shape(schema);
  const given = shape.fallback ?? shape.examples[0];
  if (given !== undefined) return given;
  if (depth > MAX_DEPTH || room.left < 0) return new Unfinished('');
  const inner = (schema: Json) => blank(schemas, schema, depth + 1, room);
  switch (shape.kind) {
    case 'boolean': return false;
    case 'number': return startOf(shape.min);
    case 'text': return '';
    case 'choice': return shape.options[0]?.value ?? null;
    case 'list': return Array.from({ length: Math.min(shape.min, 20) }, () => inner(shape.item));
    case 'tuple': return shape.items.map(inner);
    case 'record': return blankRecord(schemas, shape.fields, depth + 1, room);
    case 'union': return new Picked(0, inner(shape.variants[0]?.schema ?? true));
    default: return null;
  }
}

/** Only what is required. */
export function blankRecord(schemas: Schemas, fields: readonly Field[], depth = 0, room: Room = { left: MAX_VALUES }): ReadonlyMap<string, Draft> {
  const required = fields.filter((field) => field.isRequired);
  return new Map(required.map((field) => [field.name, blank(schemas, field.schema, depth, room)]));
}

function startOf(min: string | undefined): Draft {
  const isPositive = min !== undefined && min !== '0' && !min.startsWith('-');
  return isPositive ? new JsonNumber(min) : new Unfinished('');
}
