// Values of one of several types, and values that may be null.

import type { VNode } from 'preact';
import { blank } from '../../schema/blank';
import { variantOf } from '../../schema/check';
import { Picked, unpicked } from '../../schema/draft';
import type { NullableShape, UnionShape } from '../../schema/shape';
import { fieldId, useForm, type ControlProps } from './context';
import { Control } from './control';

export function UnionControl(props: ControlProps & { shape: UnionShape }): VNode {
  const { draft, onChange, path, label, shape } = props;
  const { schemas } = useForm();
  const chosen = variantOf(schemas, shape.variants, draft);
  const variant = shape.variants[chosen]?.schema ?? true;
  const value = draft instanceof Picked ? draft.value : draft;
  const choose = (index: number) => onChange(new Picked(index, blank(schemas, shape.variants[index]?.schema ?? true)));
  return (
    <div class="union">
      <select
        class="input" id={`${fieldId(path)}-variant`} aria-label={`kind of ${label}`} value={String(chosen)}
        onChange={(event) => choose(Number(event.currentTarget.value))}
      >
        {shape.variants.map(({ title }, index) => <option key={index} value={String(index)}>{title.slice(0, 100)}</option>)}
      </select>
      <Control
        {...props} key={chosen} schema={variant} draft={value} onChange={(changed) => onChange(new Picked(chosen, changed))}
      />
    </div>
  );
}

export function NullableControl(props: ControlProps & { shape: NullableShape }): VNode {
  const { draft, onChange, label, shape } = props;
  const { schemas } = useForm();
  const isNull = unpicked(draft) === null;
  const toggle = (isOn: boolean) => onChange(isOn ? null : blank(schemas, shape.inner));
  return (
    <div class="nullable">
      {!isNull && <div class="nullable-value"><Control {...props} schema={shape.inner} /></div>}
      {draft !== undefined && (
        <label class="check">
          <input type="checkbox" aria-label={`${label} is null`} checked={isNull} onChange={(event) => toggle(event.currentTarget.checked)} />
          <span>null</span>
        </label>
      )}
    </div>
  );
}
