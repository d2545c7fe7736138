import { visible } from "@consigne/contract/visible-text";
import { type ReactNode, Suspense, useCallback, useDeferredValue, useEffect, useRef, useState } from "react";
import { FolderGoneError, type Entry, type FolderView } from "../api/entries.ts";
import { nameOfPlace, type Place } from "../api/place.ts";
import { LoadFailure } from "../frame/problem.tsx";
import { useArrival } from "../frame/use-arrival.ts";
import { useIsNarrow } from "../looks/use-is-narrow.ts";
import { useText } from "../texts/use-text.ts";
import { DropArea } from "../uploads/drop-area.tsx";
import { Breadcrumbs } from "./breadcrumbs.tsx";
import { EntryGrid } from "./entry-grid.tsx";
import { DetailsPanel, FolderDialogs, TileGrid } from "./folder-dialogs.tsx";
import styles from "./folder-page.module.css";
import { EmptyFolder, FolderGone, NoMatch } from "./folder-states.tsx";
import type { FolderState, SortOrder } from "./folder-state.ts";
import { FolderToolbar, type TreeSwitch } from "./folder-toolbar.tsx";
import { type FolderData, useFolder } from "./folder-data.ts";
import { takeOpenedEntry } from "./opened-entry.ts";
import { placeOfEntry } from "./place-of-entry.ts";
import { type Rights, rightsIn } from "./rights.ts";
import { useRowDrag } from "./row-drag.ts";
import type { GridHandle } from "./use-active-entry.ts";
import { useFolderCommands } from "./use-folder-commands.ts";
import { useFolderKeys } from "./use-folder-keys.ts";

interface Props {
  place: Place;
  state: FolderState;
  /** For the tree beside the list. */
  tree: TreeSwitch;
  /** A note about the folder. */
  note?: ((rights: Rights) => ReactNode) | undefined;
}

/** A folder of the user's own or somebody else's, with the permitted actions. */
export function FolderPage({ place, state, tree, note }: Props) {
  const { text } = useText();
  const { sorted, onSorted, dragged, layout, onLayout } = state;
  const Grid = layout === "tiles" ? TileGrid : EntryGrid;
  const isNarrow = useIsNarrow();
  const [filter, setFilter] = useState("");
  const view: FolderView = { place, ...sorted, filter: useDeferredValue(filter.trim()) };
  const data = useFolder(view);
  const grid = useRef<GridHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Entry>();
  const [areDetailsShown, showDetails] = useState(false);
  const name = nameOfPlace(place) ?? text("files.root");
  const rights = rightsIn(place, data.shared);
  const focusGrid = useCallback(() => grid.current?.focus(), []);
  const page = useFolderCommands({ view, data, rights, active, state, focusGrid, showDetails });
  useFolderKeys(place, page, search);
  useEffect(() => void (document.title = `${visible(name)} - Consigne`), [name]);
  const sortBy = (sort: SortOrder["sort"]) => onSorted({ sort, order: orderFor(sort, sorted) });
  const { total } = data;
  useListFocus(total, () => (grid.current ?? content.current)?.focus());
  const drag = useRowDrag({ withSelected: page.withSelected, moveTo: page.moveTo }, dragged);
  useOpenedEntry(view, total, (place) => grid.current?.goTo(place));
  const details = asListed(page.chosen.only, data) ?? active;

  return (
    <DropArea place={place} name={name} refusal={rights.mayFill ? undefined : page.refusal}>
      <div className={styles.page}>
        <h1 className="visually-hidden">{name}</h1>
        <div className={styles.top}>
          <Breadcrumbs place={place} drag={drag} onDropInto={(to, chosen) => void page.moveTo(chosen, to)} />
          {note?.(rights)}
          <FolderToolbar
            searchRef={search}
            filter={filter}
            onFilter={setFilter}
            onFocusList={focusGrid}
            sorted={sorted}
            onSorted={onSorted}
            place={place}
            total={total}
            page={page}
            areDetailsShown={areDetailsShown}
            onDetails={showDetails}
            layout={layout}
            onLayout={onLayout}
            tree={tree}
          />
        </div>
        <Counts isFiltered={view.filter !== ""} total={total} selected={page.chosen.count} />
        <div ref={content} tabIndex={-1} className={styles.content}>
          <Suspense>
            {data.error !== null || total === undefined || total === 0 ? (
              <WithoutEntries data={data} view={view} rights={rights} />
            ) : (
              <Grid
                ref={grid}
                label={text("files.list", { folder: name })}
                view={view}
                data={data}
                total={total}
                page={page}
                start={active}
                onSort={sortBy}
                onActive={setActive}
                drag={drag}
                onDropInto={(folder, chosen) => void page.move(chosen, { folderId: folder.id, name: folder.name })}
              />
            )}
          </Suspense>
          <Suspense>{areDetailsShown && <DetailsPanel entry={details} isModal={isNarrow} page={page} />}</Suspense>
        </div>
        <FolderDialogs page={page} place={place} dragged={dragged} />
      </div>
    </DropArea>
  );
}

interface CountsProps {
  isFiltered: boolean;
  total: number | undefined;
  selected: number;
}

/**
 * Announced by screen readers when it changes: both elements exist before anything is selected, or the first change
 * would not be announced.
 */
function Counts({ isFiltered, total, selected }: CountsProps) {
  const { text } = useText();
  const [wasAny, noteAny] = useState(false);
  if (selected > 0 && !wasAny) noteAny(true);
  return (
    <>
      <p className="visually-hidden" role="status">
        {total !== undefined && text(isFiltered ? "files.found" : "files.count", { count: total })}
      </p>
      <p className="visually-hidden" role="status">
        {wasAny && text("sel.said", { count: selected })}
      </p>
    </>
  );
}

/** A selected entry in its current state: its bytes may have been replaced since. */
function asListed(chosen: Entry | undefined, data: FolderData): Entry | undefined {
  const place = chosen === undefined ? undefined : data.indexOf(chosen.key);
  return place === undefined ? chosen : data.entryAt(place);
}

/** Selecting the same column again reverses the order; dates and sizes start with what people look for. */
function orderFor(sort: SortOrder["sort"], sorted: SortOrder): SortOrder["order"] {
  if (sort === sorted.sort) return sorted.order === "asc" ? "desc" : "asc";
  return sort === "name" ? "asc" : "desc";
}

/** Shown instead of an empty list: what went wrong, or what to do next. */
function WithoutEntries({ data, view, rights }: { data: FolderData; view: FolderView; rights: Rights }) {
  const { text } = useText();
  const { error, total, retry } = data;
  if (error instanceof FolderGoneError)
    return <FolderGone name={error.folderName} isShared={view.place.kind === "shared"} />;
  if (error !== null) return <LoadFailure error={error} retry={retry} />;
  if (total === undefined) return <p className="visually-hidden">{text("app.loading")}</p>;
  return view.filter === "" ? (
    <EmptyFolder place={view.place} mayFill={rights.mayFill} />
  ) : (
    <NoMatch filter={view.filter} />
  );
}

/** After a search, the entry that was found gets the focus. */
function useOpenedEntry(view: FolderView, total: number | undefined, goTo: (place: number) => void): void {
  const [key] = useState(takeOpenedEntry);
  const isDone = useRef(key === undefined);
  useEffect(() => {
    if (isDone.current || key === undefined || total === undefined) return;
    isDone.current = true;
    void placeOfEntry(view, key).then((place) => place !== undefined && goTo(place));
  });
}

function useListFocus(total: number | undefined, focus: () => void): void {
  useRescuedFocus(total === undefined ? undefined : total > 0, focus);
  useArrival(total !== undefined, focus);
}

let hasBeenShown = false;

/**
 * If changing the folder, or the end of the list, removed the focused element, the list gets the focus, or its place.
 */
function useRescuedFocus(hasEntries: boolean | undefined, focus: () => void): void {
  const current = useRef(focus);
  useEffect(() => void (current.current = focus));
  useEffect(() => {
    if (hasEntries === undefined) return;
    // When the page is opened, the focus stays at its top.
    if (hasBeenShown && document.activeElement === document.body) current.current();
    hasBeenShown = true;
  }, [hasEntries]);
}
