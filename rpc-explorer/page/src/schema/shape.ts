// What a schema asks for, in the few forms that a form has inputs for.

import type { Json } from '../json/value';

interface About {
  /** The name of its type, if it has one. */
  readonly title: string;
  readonly docs: string;
  readonly fallback: Json | undefined;
  readonly examples: readonly Json[];
}

export interface NumberShape {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly format: string;
  /** As they are written. */
  readonly min: string | undefined;
  readonly max: string | undefined;
}

export interface TextShape {
  readonly kind: 'text';
  readonly format: string;
  readonly isBytes: boolean;
  readonly pattern: string;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
}

export interface Option {
  readonly value: Json;
  readonly docs: string;
}

export interface ChoiceShape {
  readonly kind: 'choice';
  readonly options: readonly Option[];
  /** Newer servers may know more. */
  readonly isExtensible: boolean;
}

export interface ListShape {
  readonly kind: 'list';
  readonly item: Json;
  readonly min: number;
  readonly max: number | undefined;
  readonly isUnique: boolean;
}

export interface TupleShape {
  readonly kind: 'tuple';
  readonly items: readonly Json[];
  readonly min: number;
}

export interface Field {
  readonly name: string;
  readonly schema: Json;
  readonly isRequired: boolean;
  readonly docs: string;
  readonly isSecret: boolean;
  readonly isDeprecated: boolean;
}

export interface RecordShape {
  readonly kind: 'record';
  readonly fields: readonly Field[];
  /** The schema of members with other names. `undefined` if they are not described. */
  readonly rest: Json | undefined;
  /** Other names are refused. */
  readonly isClosed: boolean;
  readonly namePattern: string;
}

export interface UnionShape {
  readonly kind: 'union';
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly title: string;
  readonly schema: Json;
}

export interface NullableShape {
  readonly kind: 'nullable';
  readonly inner: Json;
}

export type Form =
  | { readonly kind: 'any' | 'never' | 'null' | 'boolean' }
  | NumberShape | TextShape | ChoiceShape | ListShape | TupleShape | RecordShape | UnionShape | NullableShape;

export type Shape = Form & About;
