import { useEffect, useRef, type Ref } from "react";
import type { Entry, FolderItem, FolderView, SortKey } from "../api/entries.ts";
import { useIsNarrow, useIsTight } from "../looks/use-is-narrow.ts";
import { useRem } from "../looks/use-rem.ts";
import type { Chosen } from "./chosen.ts";
import styles from "./entry-grid.module.css";
import type { EntryActions } from "./entry-handlers.ts";
import { EntryRow } from "./entry-row.tsx";
import type { FolderData } from "./folder-data.ts";
import { GridHead } from "./grid-head.tsx";
import { gridKeys } from "./grid-keys.ts";
import type { RowDrag } from "./row-drag.ts";
import { isChosen } from "./selection.ts";
import { useSteadyRows } from "./steady-rows.ts";
import { type GridHandle, useActiveEntry, useGridFocus, useNewest } from "./use-active-entry.ts";
import type { FolderActions } from "./use-folder-commands.ts";
import { useGridRows } from "./use-grid-rows.ts";
import { useStayInView } from "./use-stay-in-view.ts";

/** The height of a row with this many lines of text. */
const heightOf = (lines: number, rem: number): number => Math.round(lines * 1.25 * rem + (lines === 1 ? 12 : 16));

export interface GridProps {
  ref: Ref<GridHandle>;
  label: string;
  view: FolderView;
  data: FolderData;
  total: number;
  page: Pick<FolderActions, "rights" | "selection" | "chosen" | "isCut" | "commands">;
  /** Is the first tab stop, if it is loaded. */
  start: Entry | undefined;
  onSort(sort: SortKey): void;
  onActive(entry: Entry | undefined): void;
  drag: RowDrag;
  onDropInto(folder: FolderItem, chosen: Chosen): void;
}

/**
 * A grid with as many rows as the folder has entries, of which only visible ones exist. One row is the tab stop; the
 * tab stop follows its entry when the order changes, and keeps its position when the entry goes.
 */
export function EntryGrid(props: GridProps) {
  const { ref, label, view, data, total, page, start, onSort, onActive, drag, onDropInto } = props;
  const isNarrow = useIsNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const isTight = useIsTight();
  const rem = useRem();
  const rowHeight = heightOf(isTight ? 3 : isNarrow ? 2 : 1, rem);
  const headHeight = isNarrow ? 0 : rowHeight;
  const active = useActiveEntry(data, total, start);
  const rows = useGridRows(scroller, { count: total, rowHeight, headHeight, active: active.index });
  const { first, last } = rows;
  const { need } = data;
  useEffect(() => need(first, last), [need, first, last]);
  const actions = useNewest<EntryActions>({
    hasSelection: page.chosen.count > 0,
    point: active.set,
    commands: page.commands,
    drag,
    onDropInto,
  });
  useSteadyRows(scroller, { view, data, first, rowHeight });

  const goTo = useGridFocus({ ref, scroller, active, total, onActive, reveal: rows.reveal });
  // After the tiles view, it starts at the same position.
  useStayInView(scroller, rowHeight, () => rows.reveal(active.index));
  const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 1);
  const place = { index: active.index, total, pageRows, columns: 1, entry: active.entry, goTo };

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={total + 1}
      aria-colcount={6}
      aria-multiselectable
      aria-busy={data.isBehind}
      className={styles.grid}
      onKeyDown={(event) => gridKeys(event, place, data.entryAt, page.commands)}
    >
      <GridHead view={view} onSort={onSort} />
      <div role="rowgroup" className={styles.body} style={{ height: `${rows.bodyHeight}px` }}>
        {rows.shown.map((row) => {
          const { index } = row;
          const rowEntry = data.entryAt(index);
          return (
            <EntryRow
              key={rowEntry?.key ?? `place ${index}`}
              index={index}
              top={rows.topOf(row)}
              height={rowHeight}
              entry={rowEntry}
              isActive={index === active.index}
              isSelected={rowEntry !== undefined && isChosen(page.selection, rowEntry.key)}
              isCut={rowEntry !== undefined && page.isCut(rowEntry.key)}
              isOver={rowEntry !== undefined && drag.isOver(rowEntry.key)}
              place={view.place}
              mayMove={page.rights.mayChange}
              actions={actions}
            />
          );
        })}
      </div>
    </div>
  );
}
