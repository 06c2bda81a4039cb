// The fields of an object, and the entries of a map.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { isSame } from '../../json/value';
import { blank } from '../../schema/blank';
import { below } from '../../schema/check';
import { isDraftObject, renamed, toJson, withMember, type Draft, type DraftObject } from '../../schema/draft';
import type { Schemas } from '../../schema/schemas';
import type { Field as FieldOf, RecordShape } from '../../schema/shape';
import { Button } from '../parts';
import { fieldId, messageId, useForm, type ControlProps } from './context';
import { Control } from './control';
import { Field } from './field';
import { Message } from './message';

export function RecordControl({ draft, onChange, path, label, isSecret, shape }: ControlProps & { shape: RecordShape }): VNode {
  const { schemas, mistakes } = useForm();
  const object: DraftObject = isDraftObject(draft) ? draft : new Map();
  const known = new Set(shape.fields.map((field) => field.name));
  const others = [...object.keys()].filter((name) => !known.has(name));
  return (
    <div class="group">
      {shape.fields.filter((field) => !isSettled(schemas, field, object.get(field.name))).map((field) => (
        <Field
          key={field.name} field={isSecret ? { ...field, isSecret } : field} draft={object.get(field.name)}
          path={below(path, field.name)} onChange={(value) => onChange(withMember(object, field.name, value))}
        />
      ))}
      {shape.rest !== undefined && others.map((name, index) => (
        <Entry
          key={index} name={name} schema={shape.rest ?? true} draft={object.get(name)} path={below(path, name)} label={name} isSecret={isSecret}
          onChange={(value) => onChange(withMember(object, name, value))}
          onRename={(to) => { if (!object.has(to)) onChange(renamed(object, name, to)); }}
          onRemove={() => onChange(withMember(object, name, undefined))}
        />
      ))}
      {shape.rest === undefined && others.map((name) => (
        <p class="field-message" id={messageId(below(path, name))} key={name}>
          {mistakes.get(below(path, name)) ?? `\`${name}\` is sent, too`}
          <Button icon="close" label={`Remove ${name}`} isBare kind="quiet" onClick={() => onChange(withMember(object, name, undefined))} />
        </p>
      ))}
      {shape.rest !== undefined && <NewEntry schema={shape.rest} object={object} onChange={onChange} label={label} />}
      {shape.fields.length === 0 && shape.rest === undefined && <p class="hint">no fields</p>}
    </div>
  );
}

/** A field with one possible value, which it has: what tells the variants of a union apart. Nobody needs to see it. */
function isSettled(schemas: Schemas, field: FieldOf, draft: Draft | undefined): boolean {
  const shape = schemas.shape(field.schema);
  const only = shape.kind === 'choice' && shape.options.length === 1 ? shape.options[0] : undefined;
  return field.isRequired && only !== undefined && draft !== undefined && isSame(toJson(draft), only.value);
}

interface EntryProps extends ControlProps {
  readonly name: string;
  readonly onRename: (to: string) => void;
  readonly onRemove: () => void;
}

/** The key and the value of a map's entry. */
function Entry({ name, onRename, onRemove, ...props }: EntryProps): VNode {
  return (
    <div class="entry" role="group" aria-label={`entry ${name}`}>
      <div class="row">
        <input
          class="input input-key" aria-label="key" spellcheck={false} value={name}
          onChange={(event) => onRename(event.currentTarget.value)}
        />
        <Button icon="close" label={`Remove ${name}`} isBare kind="quiet" onClick={onRemove} />
      </div>
      <Control {...props} />
      <Message path={props.path} />
    </div>
  );
}

interface NewProps {
  readonly schema: ControlProps['schema'];
  readonly object: DraftObject;
  readonly onChange: (object: DraftObject) => void;
  readonly label: string;
}

function NewEntry({ schema, object, onChange, label }: NewProps): VNode {
  const { schemas } = useForm();
  const [key, setKey] = useState('');
  const isTaken = object.has(key);
  const add = () => {
    if (isTaken) return;
    onChange(withMember(object, key, blank(schemas, schema)));
    setKey('');
  };
  return (
    <div class="row">
      <input
        class="input input-key" id={`${fieldId('')}-new-${label}`} aria-label={`new key of ${label}`} placeholder="new key" spellcheck={false}
        value={key} onInput={(event) => setKey(event.currentTarget.value)}
        onKeyDown={(event) => { if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) { event.preventDefault(); add(); } }}
      />
      <Button icon="plus" label="Add entry" kind="quiet" onClick={add} isDisabled={isTaken} />
    </div>
  );
}
