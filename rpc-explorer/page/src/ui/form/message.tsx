// What is wrong with a value.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { messageId, useForm } from './context';

/** What is wrong, tied to the input by its id. That something is missing is shown once the user has been here. */
export function Message({ path }: { path: string }): VNode | null {
  const { mistakes, isAttempted } = useForm();
  const [isVisited, setVisited] = useState(false);
  const message = mistakes.get(path);
  if (message === undefined) return null;
  if (!isVisited && message !== 'required') setVisited(true);
  const isShown = isAttempted || isVisited;
  return <p class={isShown ? 'field-message' : 'unseen'} id={messageId(path)}>{message}</p>;
}
