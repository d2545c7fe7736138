import type { FolderView, SortKey } from "../api/entries.ts";
import { Icon } from "../looks/icons.tsx";
import { useIsNarrow } from "../looks/use-is-narrow.ts";
import { useText } from "../texts/use-text.ts";
import styles from "./entry-grid.module.css";

const columns = [
  { id: "name", sort: "name" },
  { id: "marks", sort: undefined },
  { id: "size", sort: "size" },
  { id: "downloads", sort: "downloads" },
  { id: "date", sort: "date" },
] as const;

/** Invisible in a narrow window, so nothing in it can be focused, and the menu of the toolbar sorts. */
export function GridHead({ view, onSort }: { view: FolderView; onSort(sort: SortKey): void }) {
  const { text } = useText();
  const isNarrow = useIsNarrow();
  const direction = view.order === "asc" ? "ascending" : "descending";
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow}>
        <div role="columnheader" className={styles.check}>
          <span className="visually-hidden">{text("files.selected")}</span>
        </div>
        {columns.map(({ id, sort }) => (
          <div
            key={id}
            role="columnheader"
            className={styles[id]}
            aria-sort={sort === undefined ? undefined : sort === view.sort ? direction : "none"}
          >
            {sort === undefined || isNarrow ? (
              text(`files.${id}`)
            ) : (
              <button
                type="button"
                onClick={() => onSort(sort)}
                title={text("files.sortBy", { column: text(`files.${id}`) })}
              >
                {text(`files.${id}`)}
                {sort === view.sort && <Icon name={view.order === "asc" ? "up" : "down"} />}
              </button>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
