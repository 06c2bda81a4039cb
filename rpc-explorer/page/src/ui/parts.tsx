// Small parts that many views share.

import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icons';

export function Badge({ tone = 'plain', children }: { tone?: string; children: ComponentChildren }): VNode {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}

interface ButtonProps {
  readonly icon?: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly kind?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
  /** Shows the icon alone. */
  readonly isBare?: boolean;
  readonly children?: ComponentChildren;
}

export function Button({ icon, label, onClick, kind = 'plain', isDisabled, isPressed, isBare, children }: ButtonProps): VNode {
  const attributes = {
    ...(isBare === true ? { 'aria-label': label, title: label } : {}),
    ...(isPressed === undefined ? {} : { 'aria-pressed': isPressed }),
    ...(isDisabled === true ? { disabled: true } : {}),
  };
  return (
    <button type="button" class={`button button-${kind}${isBare === true ? ' button-bare' : ''}`} onClick={onClick} {...attributes}>
      {icon !== undefined && <Icon name={icon} />}
      {isBare !== true && <span>{label}</span>}
      {children}
    </button>
  );
}

interface TellingProps {
  readonly icon: IconName;
  readonly label: string;
  /** Returns what it says for a moment. */
  readonly onClick: () => string | Promise<string>;
  readonly kind?: 'plain' | 'quiet';
  readonly isBare?: boolean;
  readonly isDisabled?: boolean;
}

/** A button whose work is not seen where it is. It says for a moment that it is done. */
export function TellingButton({ icon, label, onClick, kind = 'plain', isBare = false, isDisabled = false }: TellingProps): VNode {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return undefined;
    const timer = setTimeout(() => setSaid(''), 1500);
    return () => clearTimeout(timer);
  }, [said]);
  const click = () => void Promise.resolve(onClick()).then(setSaid);
  return (
    <>
      <Button icon={said === '' ? icon : 'check'} label={said || label} onClick={click} kind={kind} isBare={isBare} isDisabled={isDisabled} />
      <span class="unseen" role="status">{said}</span>
    </>
  );
}

export function CopyButton({ text, label = 'Copy', isBare = false }: { text: () => string; label?: string; isBare?: boolean }): VNode {
  const copy = () => copyText(text()).then(() => 'Copied', () => 'Copying failed');
  return <TellingButton icon="copy" label={label} onClick={copy} kind="quiet" isBare={isBare} />;
}

/** Pages on plain HTTP have no clipboard, but can still copy what is selected. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (!isCopied) throw new Error('the browser did not copy');
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly legend: string;
  readonly options: readonly T[];
  readonly chosen: T | undefined;
  readonly onChoose: (option: T) => void;
  readonly labels?: Partial<Record<T, string>>;
}

/** A few options side by side, of which one is chosen. */
export function Segments<T extends string>({ name, legend, options, chosen, onChoose, labels }: ChoiceProps<T>): VNode {
  return (
    <fieldset class="segments">
      <legend class="unseen">{legend}</legend>
      {options.map((option) => (
        <label class="segment" key={option}>
          <input type="radio" name={name} value={option} checked={option === chosen} onChange={() => onChoose(option)} />
          <span>{labels?.[option] ?? option}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A dialog that keeps the focus, and closes on Escape. */
export function Dialog({ title, onClose, children }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" onClose={onClose}>
      <header class="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <Button icon="close" label="Close" isBare kind="quiet" onClick={() => dialog.current?.close()} />
      </header>
      {children}
    </dialog>
  );
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function time(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
