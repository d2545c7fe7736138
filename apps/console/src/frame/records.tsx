import type { ReactNode } from "react";
import { useIsNarrow } from "../looks/use-is-narrow.ts";
import { Checkbox } from "./checkbox.tsx";
import styles from "./records.module.css";

interface Column<Row> {
  title: string;
  cell(row: Row): ReactNode;
}

interface Choice<Row> {
  chosen: ReadonlySet<string>;
  nameOf(row: Row): string;
  /** Label of the box that selects all. */
  allName: string;
  onChange(chosen: ReadonlySet<string>): void;
}

interface Props<Row> {
  label: string;
  /** The first one names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string;
  /** Grey, because it has ended. */
  isQuiet?: (row: Row) => boolean;
  /** Rows that can be selected, by their keys. */
  choice?: Choice<Row>;
  /** The actions for a row. */
  actions?: { title: string; of(row: Row): ReactNode };
}

/**
 * A table; in a narrow window each row becomes a card with the titles before the values. Roles are explicit because
 * browsers remove them from tables with another layout.
 */
export function Records<Row>({ label, columns, rows, keyOf, isQuiet, choice, actions }: Props<Row>) {
  const isNarrow = useIsNarrow();
  const keys = rows.map(keyOf);
  const table = (
    <table role="table" aria-label={label} className={styles.table}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title }, at) => (
            <th key={title} role="columnheader" scope="col">
              {at === 0 && choice !== undefined && !isNarrow && <ChooseAll choice={choice} keys={keys} />}
              {title}
            </th>
          ))}
          {actions !== undefined && (
            <th role="columnheader" scope="col">
              <span className="visually-hidden">{actions.title}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row" data-quiet={isQuiet?.(row) === true || undefined}>
            {columns.map(({ title, cell }, at) =>
              at === 0 ? (
                <th key={title} role="rowheader" scope="row">
                  {choice !== undefined && <ChooseRow choice={choice} row={row} rowKey={keyOf(row)} />}
                  {cell(row)}
                </th>
              ) : (
                <td key={title} role="cell">
                  <span className={styles.label} aria-hidden="true">
                    {title}
                  </span>
                  <span>{cell(row)}</span>
                </td>
              ),
            )}
            {actions !== undefined && (
              <td role="cell" className={styles.actions}>
                {actions.of(row)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (choice === undefined || !isNarrow) return table;
  return (
    <>
      {/* The head of the table is hidden. */}
      <ChooseAll choice={choice} keys={keys} isWorded />
      {table}
    </>
  );
}

interface ChooseAllProps<Row> {
  choice: Choice<Row>;
  keys: readonly string[];
  /** With a visible label. */
  isWorded?: boolean;
}

function ChooseAll<Row>({ choice, keys, isWorded = false }: ChooseAllProps<Row>) {
  const count = keys.filter((key) => choice.chosen.has(key)).length;
  return (
    <span className={styles.choose}>
      <Checkbox
        {...(isWorded ? { children: choice.allName } : { label: choice.allName })}
        isSelected={count > 0 && count === keys.length}
        isPartly={count > 0 && count < keys.length}
        onChange={(isOn) => choice.onChange(new Set(isOn ? keys : []))}
      />
    </span>
  );
}

function ChooseRow<Row>({ choice, row, rowKey }: { choice: Choice<Row>; row: Row; rowKey: string }) {
  const { chosen, nameOf, onChange } = choice;
  return (
    <span className={styles.choose}>
      <Checkbox
        label={nameOf(row)}
        isSelected={chosen.has(rowKey)}
        onChange={(isOn) => onChange(new Set(isOn ? [...chosen, rowKey] : [...chosen].filter((key) => key !== rowKey)))}
      />
    </span>
  );
}
