// One field: its name, type and docs, its input, and what is wrong with it.

import type { VNode } from 'preact';
import { Markdown } from '../../markdown/blocks';
import { writeJson } from '../../json/write';
import { blank } from '../../schema/blank';
import { Unfinished, type Draft } from '../../schema/draft';
import type { Schemas } from '../../schema/schemas';
import type { Field as FieldOf, Shape } from '../../schema/shape';
import { cut } from '../../text/cut';
import { visible } from '../../text/visible';
import { Badge } from '../parts';
import { fieldId, useForm } from './context';
import { Control } from './control';
import { Message } from './message';

/** More of a name fills the form. */
const MAX_NAME = 120;

interface Props {
  readonly field: FieldOf;
  readonly draft: Draft | undefined;
  readonly onChange: (draft: Draft | undefined) => void;
  readonly path: string;
}

export function Field({ field, draft, onChange, path }: Props): VNode {
  const { schemas } = useForm();
  const shape = schemas.shape(field.schema);
  const isSimple = isLeaf(schemas, shape);
  const isIncluded = draft !== undefined;
  const change = (changed: Draft) => {
    const isEmptied = changed instanceof Unfinished && changed.text === '';
    onChange(isEmptied && !field.isRequired ? undefined : changed);
  };
  // Who fills in what may be null means a value.
  const wanted = shape.kind === 'nullable' && (shape.fallback ?? null) === null ? shape.inner : field.schema;
  const include = (isOn: boolean) => onChange(isOn ? blank(schemas, wanted) : undefined);
  const head = (
    <FieldHead field={field} shape={shape} path={path} isSimple={isSimple} isIncluded={isIncluded} onInclude={include} />
  );
  const inner = (isSimple || isIncluded) && (
    <Control
      schema={field.schema} draft={draft} onChange={change} path={path} label={field.name} isSecret={field.isSecret}
    />
  );
  const docs = field.docs || shape.docs;
  const body = (
    <>
      {docs !== '' && <div class="field-docs"><Markdown text={docs} /></div>}
      {inner}
      <Message path={path} />
    </>
  );
  const kind = `field${isIncluded ? '' : ' field-left-out'}${isSimple ? '' : ' field-group'}`;
  return isSimple
    ? <div class={kind}>{head}{body}</div>
    : <fieldset class={kind}><legend class="unseen">{field.name}</legend>{head}{body}</fieldset>;
}

interface HeadProps {
  readonly field: FieldOf;
  readonly shape: Shape;
  readonly path: string;
  readonly isSimple: boolean;
  readonly isIncluded: boolean;
  readonly onInclude: (isOn: boolean) => void;
}

function FieldHead({ field, shape, path, isSimple, isIncluded, onInclude }: HeadProps): VNode {
  const { schemas } = useForm();
  const name = cut(visible(field.name), MAX_NAME);
  const hasFallback = shape.fallback !== undefined && !field.isSecret;
  return (
    <div class="field-head">
      {!field.isRequired && (
        <input
          type="checkbox" class="field-include" aria-label={`Send ${field.name}`} title={`Send ${field.name}`}
          checked={isIncluded} onChange={(event) => onInclude(event.currentTarget.checked)}
        />
      )}
      {isSimple
        ? <label class="field-name" for={fieldId(path)}>{name}</label>
        : <span class="field-name">{name}</span>}
      <span class="field-type">{schemas.describe(field.schema)}</span>
      {field.isRequired ? <span class="field-required">required</span> : hasFallback && (
        <span class="field-default">default <code>{cut(writeJson(shape.fallback ?? null), 40)}</code></span>
      )}
      {field.isSecret && <Badge tone="secret">secret</Badge>}
      {field.isDeprecated && <Badge tone="deprecated">deprecated</Badge>}
    </div>
  );
}

/** Whether a value has one input, which is there even while it is left out. */
function isLeaf(schemas: Schemas, shape: Shape): boolean {
  if (shape.kind === 'nullable') {
    const inner = schemas.shape(shape.inner);
    return ['number', 'text', 'choice'].includes(inner.kind) && isLeaf(schemas, inner);
  }
  if (shape.kind === 'text') return !shape.isBytes;
  return ['boolean', 'number', 'choice', 'null'].includes(shape.kind);
}
