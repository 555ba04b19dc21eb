import type { Condition } from '@px-platform/protocol/flags';
import {
  type ConditionGroups,
  type ConditionRow,
  readCondition,
  ROW_OPERATORS,
  type RowOperator,
  writeCondition,
} from '../../flags/condition-rows.js';
import { attributeHint } from '../../flags/attribute-hints.js';
import { withPart } from '../../flags/draft.js';
import { JsonEditor } from './json-editor.js';
import { WordsInput } from './field.js';
import { RemoveButton } from './remove-button.js';

const OPERATORS = Object.entries(ROW_OPERATORS) as readonly [
  RowOperator,
  (typeof ROW_OPERATORS)[RowOperator],
][];

/** What people are, in rows of words where there are words for it. */
export function ConditionEditor({
  condition,
  everybody = 'Everybody',
  onCondition,
}: {
  readonly condition: Condition;
  /** What no row says. */
  readonly everybody?: string;
  readonly onCondition: (condition: Condition) => void;
}) {
  const groups = readCondition(condition);
  if (groups !== null)
    return (
      <Groups
        groups={groups}
        everybody={everybody}
        onGroups={(next) => onCondition(writeCondition(next))}
      />
    );
  return (
    <>
      <p className="field-hint">This condition says more than rows can. It is edited as JSON.</p>
      <JsonEditor
        label="Condition"
        value={condition}
        onValue={(value) => onCondition(value as Condition)}
      />
    </>
  );
}

function Groups({
  groups,
  everybody,
  onGroups,
}: {
  readonly groups: ConditionGroups;
  readonly everybody: string;
  readonly onGroups: (groups: ConditionGroups) => void;
}) {
  return (
    <>
      {groups.map((rows, index) => (
        // Groups have no name of their own: they are what they are by their place.
        <div key={index} className="audience-group">
          {index > 0 && <p className="audience-or">or</p>}
          <Rows
            rows={rows}
            everybody={everybody}
            onRows={(next) =>
              onGroups(
                withPart(groups, index, next.length === 0 && groups.length > 1 ? null : next),
              )
            }
          />
        </div>
      ))}
      {groups.some((rows) => rows.length > 0) && (
        <button
          className="button button-plain audience-add"
          type="button"
          onClick={() => onGroups([...groups, [NEW_ROW]])}
        >
          Or others
        </button>
      )}
    </>
  );
}

const NEW_ROW: ConditionRow = { attribute: '$visits', operator: 'least', values: ['2'] };

function Rows({
  rows,
  everybody,
  onRows,
}: {
  readonly rows: readonly ConditionRow[];
  readonly everybody: string;
  readonly onRows: (rows: readonly ConditionRow[]) => void;
}) {
  return (
    <>
      {rows.length === 0 && <p className="audience-all">{everybody}</p>}
      {rows.map((row, index) => (
        <div
          key={index}
          className="audience-row"
          role="group"
          aria-label={`Condition ${index + 1}`}
        >
          <input
            className="input"
            type="text"
            autoComplete="off"
            spellCheck={false}
            aria-label="Attribute"
            list="known-attributes"
            value={row.attribute}
            onChange={({ target }) =>
              onRows(withPart(rows, index, { ...row, attribute: target.value.trim() }))
            }
          />
          <select
            className="input"
            aria-label="Comparison"
            value={row.operator}
            onChange={({ target }) =>
              onRows(withPart(rows, index, withOperator(row, target.value as RowOperator)))
            }
          >
            {OPERATORS.map(([name, { label }]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
          <RowValue
            row={row}
            onValues={(values) => onRows(withPart(rows, index, { ...row, values }))}
          />
          <RemoveButton
            label={`Remove condition ${index + 1}`}
            onRemove={() => onRows(withPart(rows, index, null))}
          />
          <Hint attribute={row.attribute} />
        </div>
      ))}
      <button
        className="button button-plain audience-add"
        type="button"
        onClick={() => onRows([...rows, NEW_ROW])}
      >
        {rows.length === 0 ? 'Only some people' : 'And'}
      </button>
    </>
  );
}

function Hint({ attribute }: { readonly attribute: string }) {
  const hint = attributeHint(attribute);
  return hint === null ? null : <p className="field-hint audience-hint">{hint}</p>;
}

function RowValue({
  row,
  onValues,
}: {
  readonly row: ConditionRow;
  readonly onValues: (values: readonly string[]) => void;
}) {
  const { takes } = ROW_OPERATORS[row.operator];
  if (takes === 'none') return <span className="audience-none" />;
  if (takes === 'many')
    return (
      <WordsInput label="Values" words={row.values} placeholder="one, another" onWords={onValues} />
    );
  return (
    <input
      className="input"
      type="text"
      autoComplete="off"
      spellCheck={false}
      aria-label="Value"
      placeholder={row.operator === 'before' || row.operator === 'after' ? '2026-12-01 or -7d' : ''}
      value={row.values[0] ?? ''}
      onChange={({ target }) => onValues([target.value])}
    />
  );
}

/** The row with another comparison, and of its values as many as that takes. */
function withOperator(row: ConditionRow, operator: RowOperator): ConditionRow {
  const { takes } = ROW_OPERATORS[operator];
  const values =
    takes === 'none' ? [] : takes === 'one' ? [row.values[0] ?? ''] : row.values.filter(Boolean);
  return { ...row, operator, values };
}
