import type { ReactNode } from "react";
import styles from "./records.module.css";

interface Column<Row> {
  title: string;
  cell(row: Row): ReactNode;
}

interface Props<Row> {
  label: string;
  /** The first one names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string;
  /** Grey: it is over. */
  isQuiet?: (row: Row) => boolean;
  /** What can be done with a row. */
  actions?: { title: string; of(row: Row): ReactNode };
}

/**
 * A table; where the window is narrow each row becomes a card with the titles before the values. The roles are spelled out
 * since browsers take them away from tables that are laid out otherwise.
 */
export function Records<Row>({ label, columns, rows, keyOf, isQuiet, actions }: Props<Row>) {
  return (
    <table role="table" aria-label={label} className={styles.table}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ title }) => (
            <th key={title} role="columnheader" scope="col">
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
}
