// What every field of a form needs.

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Json } from '../../json/value';
import type { Draft } from '../../schema/draft';
import type { Mistakes } from '../../schema/check';
import { Schemas } from '../../schema/schemas';

export interface FormState {
  readonly schemas: Schemas;
  readonly mistakes: Mistakes;
  /** The user wanted to send, so that what is missing is shown, too. */
  readonly isAttempted: boolean;
}

export const FormContext = createContext<FormState>({ schemas: new Schemas(null), mistakes: new Map(), isAttempted: false });

/** How many controls are around a control. */
export const DepthContext = createContext(0);

export function useForm(): FormState {
  return useContext(FormContext);
}

/** What every control gets. */
export interface ControlProps {
  readonly schema: Json;
  /** `undefined` while it is left out. */
  readonly draft: Draft | undefined;
  readonly onChange: (draft: Draft) => void;
  /** Where the value is, as in the mistakes. */
  readonly path: string;
  /** What assistive technology calls it, where no label is. */
  readonly label: string;
  readonly isSecret: boolean;
}

export function fieldId(path: string): string {
  return `field${path}`;
}

export function messageId(path: string): string {
  return `message${path}`;
}

/** What ties an input to its message. */
export function described(path: string, message: string | undefined): { 'aria-describedby'?: string; 'aria-invalid'?: true } {
  return message === undefined ? {} : { 'aria-describedby': messageId(path), 'aria-invalid': true };
}
