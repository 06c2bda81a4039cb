// The input for a value, by the shape of its schema.

import type { VNode } from 'preact';
import { useContext } from 'preact/hooks';
import { blank } from '../../schema/blank';
import { unpicked, Unfinished } from '../../schema/draft';
import { Button } from '../parts';
import { BytesControl } from './bytes';
import { DepthContext, useForm, type ControlProps } from './context';
import { BooleanControl, ChoiceControl, NumberControl, TextControl } from './inputs';
import { ListControl, TupleControl } from './list';
import { RawControl } from './raw';
import { RecordControl } from './record';
import { NullableControl, UnionControl } from './union';

/** A value of a type that is within itself, with nothing in between, would need controls without end. Deeper ones are JSON. */
const MAX_DEPTH = 30;

export function Control(props: ControlProps): VNode {
  const depth = useContext(DepthContext);
  if (depth > MAX_DEPTH) return <RawControl {...props} />;
  return <DepthContext.Provider value={depth + 1}><Shaped {...props} /></DepthContext.Provider>;
}

function Shaped(props: ControlProps): VNode {
  const { schemas } = useForm();
  const { schema, draft, onChange, label } = props;
  const shape = schemas.shape(schema);
  const isCompound = ['record', 'list', 'tuple', 'union'].includes(shape.kind);
  // A required member of a recursive type is made when somebody wants it.
  const value = unpicked(draft);
  // Variants are chosen in a union, which may be within what may be null.
  const given = shape.kind === 'union' || shape.kind === 'nullable' ? draft : value;
  if (isCompound && (given === undefined || given instanceof Unfinished)) {
    return <Button icon="plus" label={`Fill in ${label}`} onClick={() => onChange(blank(schemas, schema))} kind="quiet" />;
  }
  const rest = { ...props, draft: given };
  switch (shape.kind) {
    case 'boolean': return <BooleanControl {...rest} />;
    case 'number': return <NumberControl {...rest} shape={shape} />;
    case 'text': return shape.isBytes ? <BytesControl {...rest} /> : <TextControl {...rest} shape={shape} />;
    case 'choice': return <ChoiceControl {...rest} shape={shape} />;
    case 'list': return <ListControl {...rest} shape={shape} />;
    case 'tuple': return <TupleControl {...rest} shape={shape} />;
    case 'record': return <RecordControl {...rest} shape={shape} />;
    case 'union': return <UnionControl {...rest} shape={shape} />;
    case 'nullable': return <NullableControl {...rest} shape={shape} />;
    case 'null': case 'never': return <p class="constant"><code>null</code></p>;
    case 'any': return <RawControl {...rest} />;
  }
}
