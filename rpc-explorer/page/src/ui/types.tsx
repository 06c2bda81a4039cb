// What a type consists of, as a list that opens step by step.

import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { writeJson } from '../json/write';
import type { Json } from '../json/value';
import { Markdown } from '../markdown/blocks';
import { cut } from '../text/cut';
import { visible } from '../text/visible';
import type { Schemas } from '../schema/schemas';
import type { Shape } from '../schema/shape';

interface Props {
  readonly schemas: Schemas;
  readonly schema: Json;
}

/** A type with its parts. */
export function TypeView({ schemas, schema }: Props): VNode {
  const shape = schemas.shape(schema);
  return (
    <div class="type">
      <p class="type-name"><code>{schemas.describe(schema)}</code></p>
      {shape.docs !== '' && <Markdown text={shape.docs} />}
      <Parts schemas={schemas} shape={shape} />
    </div>
  );
}

function Parts({ schemas, shape }: { schemas: Schemas; shape: Shape }): VNode | null {
  switch (shape.kind) {
    case 'nullable': return <Parts schemas={schemas} shape={schemas.shape(shape.inner)} />;
    case 'list': return <Parts schemas={schemas} shape={schemas.shape(shape.item)} />;
    case 'choice': return shape.options.length < 2 ? null : (
      <ul class="type-options">
        {shape.options.slice(0, 100).map((it, index) => (
          <li key={index}><code>{writeJson(it.value)}</code>{it.docs !== '' && <span class="type-docs"> {it.docs}</span>}</li>
        ))}
      </ul>
    );
    case 'union': return (
      <dl class="type-parts">
        {shape.variants.map(({ title, schema }, index) => <Part key={index} schemas={schemas} name={title} schema={schema} note="" />)}
      </dl>
    );
    case 'tuple': return (
      <dl class="type-parts">
        {shape.items.map((schema, index) => <Part key={index} schemas={schemas} name={String(index + 1)} schema={schema} note="" />)}
      </dl>
    );
    case 'record': return shape.fields.length === 0 && shape.rest === undefined ? null : (
      <dl class="type-parts">
        {shape.fields.map((it) => (
          <Part key={it.name} schemas={schemas} name={it.name} schema={it.schema} note={it.isRequired ? '' : 'optional'} />
        ))}
        {shape.rest !== undefined && <Part schemas={schemas} name="any other name" schema={shape.rest} note="" />}
      </dl>
    );
    default: return null;
  }
}

interface PartProps extends Props {
  readonly name: string;
  readonly note: string;
}

function Part({ schemas, schema, name, note }: PartProps): VNode {
  const shape = schemas.shape(schema);
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="type-part">
      <dt>
        <code class="type-field">{cut(visible(name), 120)}</code> <span class="field-type">{schemas.describe(schema)}</span>
        {note !== '' && <span class="hint"> {note}</span>}
      </dt>
      <dd>
        {shape.docs !== '' && <div class="type-docs"><Markdown text={shape.docs} /></div>}
        {hasParts(schemas, shape) && (
          <details onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary aria-label={`Parts of ${name}`}>parts</summary>
            {isOpen && <Parts schemas={schemas} shape={shape} />}
          </details>
        )}
      </dd>
    </div>
  );
}

function hasParts(schemas: Schemas, shape: Shape, depth = 0): boolean {
  if (depth > 8) return false;
  switch (shape.kind) {
    case 'nullable': return hasParts(schemas, schemas.shape(shape.inner), depth + 1);
    case 'list': return hasParts(schemas, schemas.shape(shape.item), depth + 1);
    case 'choice': return shape.options.length > 4 || (shape.options.length > 1 && (shape.title !== '' || shape.options.some((it) => it.docs !== '')));
    case 'record': return shape.fields.length > 0;
    case 'union': case 'tuple': return true;
    default: return false;
  }
}
