// Credentials for calls. They stay in the memory of the page.

import type { VNode } from 'preact';
import type { Auth, Scheme } from '../rpc/headers';
import { Dialog, Segments } from './parts';

interface Props {
  readonly auth: Auth;
  /** The headers that reach the server. `undefined`: all of them. */
  readonly forwarded: readonly string[] | undefined;
  readonly onChange: (auth: Auth) => void;
  readonly onClose: () => void;
}

const LABELS: Record<Scheme, string> = { none: 'None', bearer: 'Bearer token', basic: 'User and password', header: 'Header' };

export function AuthDialog({ auth, forwarded, onChange, onClose }: Props): VNode {
  const isLost = forwarded !== undefined && auth.scheme === 'header' && auth.name !== '' && !forwarded.includes(auth.name.toLowerCase());
  const input = (name: 'user' | 'secret' | 'name') => ({
    class: 'input',
    autocomplete: 'off',
    spellcheck: false,
    value: auth[name],
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => onChange({ ...auth, [name]: event.currentTarget.value }),
  });
  const text = (label: string, name: 'user' | 'secret' | 'name', type: 'text' | 'password') => (
    <label class="dialog-field">
      <span>{label}</span>
      {type === 'password' ? <input {...input(name)} type="password" /> : <input {...input(name)} type="text" />}
    </label>
  );
  return (
    <Dialog title="Authorization" onClose={onClose}>
      <form class="dialog-body" method="dialog">
        <Segments
          name="scheme" legend="Kind of credentials" options={['none', 'bearer', 'basic', 'header'] as const} labels={LABELS}
          chosen={auth.scheme} onChoose={(scheme) => onChange({ ...auth, scheme })}
        />
        {auth.scheme === 'bearer' && text('Token', 'secret', 'password')}
        {auth.scheme === 'basic' && <>{text('User', 'user', 'text')}{text('Password', 'secret', 'password')}</>}
        {auth.scheme === 'header' && <>{text('Name of the header', 'name', 'text')}{text('Value', 'secret', 'password')}</>}
        {isLost && (
          <p class="notice notice-warning" role="status">
            This page is served by <code>rpc explore</code>, which passes on only {forwarded.join(' and ')}. Other headers go to the server with its option <code>--header</code>.
          </p>
        )}
        <p class="hint">Sent with every call from this page. It is kept in memory only, and gone when the page is closed or loaded again.</p>
        <button class="button button-primary">Done</button>
      </form>
    </Dialog>
  );
}
