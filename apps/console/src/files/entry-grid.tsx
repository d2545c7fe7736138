import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref, type RefObject } from "react";
import type { Entry, FolderItem, FolderView, SortKey } from "../api/entries.ts";
import { useIsNarrow } from "../looks/use-is-narrow.ts";
import type { FolderData } from "./folder-data.ts";
import { EntryRow, type RowActions } from "./entry-row.tsx";
import { gridKeys } from "./grid-keys.ts";
import { GridHead } from "./grid-head.tsx";
import styles from "./entry-grid.module.css";
import type { RowDrag } from "./row-drag.ts";
import type { Chosen } from "./chosen.ts";
import { isChosen } from "./selection.ts";
import type { FolderActions } from "./use-folder-commands.ts";
import { useSteadyRows } from "./steady-rows.ts";
import { useGridRows } from "./use-grid-rows.ts";

/** Heights of a row: one line, and two where it is narrow. */
const LOW = 32;
const HIGH = 56;

export interface GridHandle {
  focus(): void;
  goTo(index: number): void;
}

interface Props {
  ref: Ref<GridHandle>;
  label: string;
  view: FolderView;
  data: FolderData;
  total: number;
  page: Pick<FolderActions, "rights" | "selection" | "chosen" | "isCut" | "commands">;
  onSort(sort: SortKey): void;
  onActive(entry: Entry | undefined): void;
  drag: RowDrag;
  onDropInto(folder: FolderItem, chosen: Chosen): void;
}

/**
 * A grid of as many rows as the folder has, of which only those in sight exist. One row has the focus of the Tab key;
 * where it is follows its entry when the order changes, and its place when the entry goes.
 */
export function EntryGrid(props: Props) {
  const { ref, label, view, data, total, page, onSort, onActive, drag, onDropInto } = props;
  const isNarrow = useIsNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = isNarrow ? HIGH : LOW;
  const headHeight = isNarrow ? 0 : LOW;
  const active = useActiveRow(data, total);
  const rows = useGridRows(scroller, { count: total, rowHeight, headHeight, active: active.index });
  const { first, last } = rows;
  const wantsFocus = useRef(false);
  const { need } = data;
  useEffect(() => need(first, last), [need, first, last]);
  const actions = useNewest<RowActions>({
    hasSelection: page.chosen.count > 0,
    point: active.set,
    commands: page.commands,
    drag,
    onDropInto,
  });
  useSteadyRows(scroller, { view, data, first, rowHeight });

  const entry = data.entryAt(active.index);
  useEffect(() => onActive(entry), [onActive, entry]);
  const focusRow = () => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${active.index}"]`);
    row?.focus({ preventScroll: true });
    return row !== null && row !== undefined;
  };
  // A row that is made anew when its entry comes, or moves in the document, loses the focus; one may not be there yet.
  const hadFocus = isRowFocused(scroller.current);
  useLayoutEffect(() => {
    if (hadFocus && !isRowFocused(scroller.current)) wantsFocus.current = true;
    if (wantsFocus.current && focusRow()) wantsFocus.current = false;
  });
  const goTo = (index: number) => {
    const place = Math.max(0, Math.min(total - 1, index));
    active.set(place);
    rows.reveal(place);
    wantsFocus.current = true;
    return place;
  };
  useImperativeHandle(ref, () => ({ focus: () => void goTo(active.index), goTo: (index) => void goTo(index) }));
  const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 1);

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
      onKeyDown={(event) => gridKeys(event, { index: active.index, total, pageRows, entry, goTo }, page.commands)}
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

/** For what asks when something happens. */
function useNewest<Value>(value: Value): RefObject<Value> {
  const newest = useRef(value);
  useLayoutEffect(() => void (newest.current = value));
  return newest;
}

const isRowFocused = (scroller: HTMLElement | null): boolean =>
  document.activeElement?.role === "row" && scroller?.contains(document.activeElement) === true;

/** Which row has the focus of the Tab key: by its entry as long as that is there, else by its place. */
function useActiveRow(data: FolderData, total: number): { index: number; set(index: number): void } {
  const [active, setActive] = useState<{ index: number; key: string | undefined }>({ index: 0, key: undefined });
  const followed = active.key === undefined ? undefined : data.indexOf(active.key);
  const index = Math.max(0, Math.min(total - 1, followed ?? active.index));
  const key = data.entryAt(index)?.key;
  useEffect(() => {
    if (key !== undefined && (key !== active.key || index !== active.index)) setActive({ index, key });
  }, [key, index, active]);
  return { index, set: (place) => setActive({ index: place, key: data.entryAt(place)?.key }) };
}
