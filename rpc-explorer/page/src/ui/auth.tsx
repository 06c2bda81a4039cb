// Credentials for calls. They stay in the memory of the page.

import type { VNode } from 'preact';
import { inline } from '../markdown/inline';
import { obstacleTo, type Auth, type Scheme } from '../rpc/headers';
import { Dialog, Segments } from './parts';

interface Props {
  readonly auth: Auth;
  readonly takesHeaders: boolean;
  readonly onChange: (auth: Auth) => void;
  readonly onClose: () => void;
}

const LABELS: Record<Scheme, string> = { none: 'None', bearer: 'Bearer token', basic: 'User and password', header: 'Header' };

export function AuthDialog({ auth, takesHeaders, onChange, onClose }: Props): VNode {
  const obstacle = obstacleTo(auth, takesHeaders);
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
        {obstacle !== '' && <p class="notice notice-warning" role="status">{inline(obstacle)}</p>}
        <p class="hint">Sent with every call from this page. It is kept in memory only, and gone when the page is closed or loaded again.</p>
        <button class="button button-primary">Done</button>
      </form>
    </Dialog>
  );
}
