// The params of a call: a form, or JSON.

import type { VNode } from 'preact';
import type { Method } from '../document/model';
import { below } from '../schema/check';
import { withMember } from '../schema/draft';
import type { Schemas } from '../schema/schemas';
import { fieldsOf, switched, withExample, type ParamsState, type ReadParams } from '../state/params';
import { FormContext } from './form/context';
import { Field } from './form/field';
import { Segments } from './parts';

interface Props {
  readonly schemas: Schemas;
  readonly method: Method;
  readonly state: ParamsState;
  readonly read: ReadParams;
  readonly isAttempted: boolean;
  readonly onChange: (state: ParamsState) => void;
}

export function Params(props: Props): VNode {
  const { schemas, method, state, onChange } = props;
  const choose = (name: string) => {
    const example = method.examples.find((it) => it.name === name);
    if (example !== undefined) onChange(withExample(schemas, method, state, example));
  };
  const mayChooseForm = method.structure === 'either' || method.structure === 'unknown';
  return (
    <section class="card params" aria-labelledby="params-title">
      <header class="card-head">
        <h2 id="params-title">Params</h2>
        {method.examples.length > 0 && (
          <select class="input input-small" aria-label="Examples" value="" onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">Examples …</option>
            {method.examples.map((it, index) => <option key={index} value={it.name}>{it.name.slice(0, 80)}</option>)}
          </select>
        )}
        <Segments
          name="mode" legend="How to edit params" options={['Form', 'JSON'] as const} chosen={state.mode}
          onChoose={(mode) => onChange(switched(method, state, mode))}
        />
      </header>
      <div class="card-body">
        {state.mode === 'Form' ? <Form {...props} /> : <Text {...props} />}
        {state.mode === 'Form' && mayChooseForm && method.params.length > 0 && (
          <label class="check">
            <input
              type="checkbox" checked={state.isByPosition}
              onChange={(event) => onChange({ ...state, isByPosition: event.currentTarget.checked })}
            />
            <span>send by position</span>
          </label>
        )}
      </div>
    </section>
  );
}

function Form({ schemas, method, state, read, isAttempted, onChange }: Props): VNode {
  const fields = fieldsOf(method);
  if (fields.length === 0) return <p class="hint">This method takes no params.</p>;
  return (
    <FormContext.Provider value={{ schemas, mistakes: read.mistakes, isAttempted }}>
      {fields.map((field) => (
        <Field
          key={field.name} field={field} draft={state.draft.get(field.name)} path={below('', field.name)}
          onChange={(value) => onChange({ ...state, draft: withMember(state.draft, field.name, value) })}
        />
      ))}
    </FormContext.Provider>
  );
}

function Text({ state, read, onChange }: Props): VNode {
  const isWrong = read.mistake !== '';
  return (
    <>
      <textarea
        class="input input-text input-code" aria-label="Params as JSON" spellcheck={false} id="params-text"
        rows={Math.max(6, Math.min(20, state.text.split('\n').length))} value={state.text}
        onInput={(event) => onChange({ ...state, text: event.currentTarget.value, obstacle: '' })}
        {...(isWrong ? { 'aria-describedby': 'params-message', 'aria-invalid': true as const } : {})}
      />
      {isWrong && <p class="field-message" id="params-message">{read.mistake}</p>}
      {state.obstacle !== '' && <p class="notice notice-warning" role="alert">{state.obstacle}</p>}
    </>
  );
}
