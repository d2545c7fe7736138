import type { TrashEntry } from "@consigne/sdk";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { ACCOUNT } from "../api/account.ts";
import { client } from "../api/client.ts";
import { restoreAll, restoreFromTrash, TRASH } from "../api/trash.ts";
import { refreshFolders } from "../files/folder-data.ts";
import { useNotices } from "../frame/notices.tsx";
import { Page } from "../frame/page.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure } from "../frame/problem.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { formatSize } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { type AskedRemoval, RemoveForGood } from "./remove-for-good.tsx";
import styles from "./trash.module.css";
import { TrashTable } from "./trash-table.tsx";

const PAGE = 100;

/** Removed files and folders, latest first. */
export function TrashPage() {
  const { text, language } = useText("trash");
  const notices = useNotices();
  const queries = useQueryClient();
  const restoreSome = useRestoreSome();
  const [asked, ask, close] = useAsked<AskedRemoval>();
  const [chosenKeys, choose] = useState<ReadonlySet<string>>(new Set());
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: TRASH,
    queryFn: ({ pageParam }) => client.trash.page({ cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const [first] = data?.pages ?? [];
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  // Entries removed meanwhile, here or elsewhere, are no longer selected.
  const chosen = entries.filter(({ id }) => chosenKeys.has(String(id)));
  const reload = async () => {
    await Promise.all([
      ...[TRASH, ACCOUNT].map((queryKey) => queries.invalidateQueries({ queryKey })),
      refreshFolders(queries),
    ]);
  };
  const restore = async (entry: TrashEntry) => {
    try {
      const { name, path } = await restoreFromTrash(entry);
      notices.tell(text("trash.restored", { name, folder: path === "/" ? text("files.root") : path }));
    } catch (failure) {
      notices.fail(failure);
    }
    await reload();
  };
  const restoreChosen = async () => {
    await restoreSome(chosen);
    choose(new Set());
    await reload();
  };
  const held =
    first === undefined || first.total.items === 0
      ? undefined
      : text("trash.held", { count: first.total.items, size: formatSize(first.total.sizeBytes, language) });
  return (
    <Page
      title={text("trash.title")}
      intro={first === undefined ? undefined : text("trash.intro", { days: first.days })}
      tools={
        held !== undefined && (
          <Button className="button plain" onPress={() => ask("everything")}>
            <Icon name="bin" />
            {text("trash.emptyIt")}
          </Button>
        )
      }
    >
      {error !== null && data === undefined && <LoadFailure error={error} retry={() => void refetch()} />}
      {held !== undefined && <p className="quiet">{held}</p>}
      {first !== undefined && entries.length === 0 && !hasNextPage && <EmptyTrash />}
      {chosen.length > 0 && (
        <Selected chosen={chosen} onRestore={() => void restoreChosen()} onRemove={() => ask(chosen)} />
      )}
      {entries.length > 0 && (
        <TrashTable
          entries={entries}
          chosen={chosenKeys}
          onChoose={choose}
          onRestore={restore}
          onRemove={(entry) => ask([entry])}
        />
      )}
      {hasNextPage && (
        <p>
          <Button className="button plain" isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
            {text("trash.more")}
          </Button>
        </p>
      )}
      {asked !== undefined && <RemoveForGood asked={asked} onRemoved={reload} onClose={close} />}
    </Page>
  );
}

interface SelectedProps {
  chosen: readonly TrashEntry[];
  onRestore(): void;
  onRemove(): void;
}

/** Actions for several entries at once. */
function Selected({ chosen, onRestore, onRemove }: SelectedProps) {
  const { text } = useText("trash");
  const words = text("trash.chosen", { count: chosen.length });
  return (
    <div className={styles.selection} role="toolbar" aria-label={words}>
      <span>{words}</span>
      <Button className="button plain" onPress={onRestore}>
        <Icon name="again" />
        {text("trash.restoreChosen", { count: chosen.length })}
      </Button>
      <Button className="button plain" onPress={onRemove}>
        <Icon name="bin" />
        {text("trash.remove")}
      </Button>
    </div>
  );
}

/** Says how many were restored, and why the others were not. */
function useRestoreSome(): (chosen: readonly TrashEntry[]) => Promise<void> {
  const { text } = useText("trash");
  const notices = useNotices();
  return async (chosen) => {
    try {
      const { count, failure } = await restoreAll(chosen.map(({ id }) => id));
      if (count > 0) notices.tell(text("trash.restoredMany", { count }));
      if (failure === undefined) return;
      notices.fail(failure, (reason) => text("trash.someStay", { count: chosen.length - count, reason }));
    } catch (failure) {
      notices.fail(failure);
    }
  };
}

function EmptyTrash() {
  const { text } = useText("trash");
  return (
    <div className={pageStyles.state}>
      <Icon name="bin" />
      <h2>{text("trash.empty")}</h2>
      <p>{text("trash.emptyAdvice")}</p>
    </div>
  );
}
