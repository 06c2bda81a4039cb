// Lists, and tuples, which are lists of a fixed length.

import type { VNode } from 'preact';
import { blank } from '../../schema/blank';
import { below } from '../../schema/check';
import { isDraftList, Unfinished, withItem, withoutItem, type Draft } from '../../schema/draft';
import type { ListShape, TupleShape } from '../../schema/shape';
import { Button } from '../parts';
import { useForm, type ControlProps } from './context';
import { Control } from './control';
import { Message } from './message';

/** More items are edited as JSON. */
const MAX_ITEMS = 100;

export function ListControl({ draft, onChange, path, label, isSecret, shape }: ControlProps & { shape: ListShape }): VNode {
  const { schemas } = useForm();
  const items = isDraftList(draft) ? draft : [];
  const isFull = (shape.max !== undefined && items.length >= shape.max) || items.length >= MAX_ITEMS;
  return (
    <div class="group">
      {items.slice(0, MAX_ITEMS).map((item, index) => (
        <Item
          key={index} index={index} schema={shape.item} draft={item} path={below(path, index)} label={`${label} ${index + 1}`}
          isSecret={isSecret} onChange={(value) => onChange(withItem(items, index, value))}
          onRemove={() => onChange(withoutItem(items, index))}
        />
      ))}
      {items.length > MAX_ITEMS && <p class="hint">{items.length - MAX_ITEMS} more items: edit them as JSON</p>}
      <Button
        icon="plus" label={items.length === 0 ? `Add ${schemas.describe(shape.item)}` : 'Add another'} kind="quiet" isDisabled={isFull}
        onClick={() => onChange([...items, blank(schemas, shape.item)])}
      />
    </div>
  );
}

export function TupleControl({ draft, onChange, path, label, isSecret, shape }: ControlProps & { shape: TupleShape }): VNode {
  const given: readonly Draft[] = isDraftList(draft) ? draft : [];
  const items = shape.items.map((_, index) => given[index] ?? new Unfinished(''));
  return (
    <div class="group">
      {shape.items.map((schema, index) => (
        <Item
          key={index} index={index} schema={schema} draft={items[index]} path={below(path, index)} label={`${label} ${index + 1}`}
          isSecret={isSecret} onChange={(value) => onChange(withItem(items, index, value))}
        />
      ))}
    </div>
  );
}

interface ItemProps extends ControlProps {
  readonly index: number;
  readonly onRemove?: () => void;
}

function Item({ index, onRemove, ...props }: ItemProps): VNode {
  return (
    <div class="item" role="group" aria-label={props.label}>
      <span class="item-index" aria-hidden="true">{index + 1}</span>
      <div class="item-value">
        <Control {...props} />
        <Message path={props.path} />
      </div>
      {onRemove !== undefined && <Button icon="close" label={`Remove ${props.label}`} isBare kind="quiet" onClick={onRemove} />}
    </div>
  );
}
