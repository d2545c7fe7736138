import type { TrashEntry } from "@consigne/sdk";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { restoreFromTrash, TRASH } from "../api/trash.ts";
import { refreshFolders } from "../files/folder-data.ts";
import { useNotices } from "../frame/notices.tsx";
import { Page } from "../frame/page.tsx";
import pageStyles from "../frame/page.module.css";
import { LoadFailure } from "../frame/problem.tsx";
import { formatSize } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { RemoveForGood } from "./remove-for-good.tsx";
import { TrashTable } from "./trash-table.tsx";

const PAGE = 100;

/** What was removed, the latest first. */
export function TrashPage() {
  const { text, language } = useText();
  const notices = useNotices();
  const queries = useQueryClient();
  const [asked, ask] = useState<TrashEntry | "everything">();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: TRASH,
    queryFn: ({ pageParam }) => client.trash.page({ cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const [first] = data?.pages ?? [];
  const entries = data?.pages.flatMap((page) => page.entries) ?? [];
  const reload = async () => {
    await Promise.all([queries.invalidateQueries({ queryKey: TRASH }), refreshFolders(queries)]);
  };
  const restore = async (entry: TrashEntry) => {
    try {
      const { name, path } = await restoreFromTrash(entry.id);
      notices.tell(text("trash.restored", { name, folder: path === "/" ? text("files.root") : path }));
    } catch (failure) {
      notices.fail(failure);
    }
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
      {first !== undefined && entries.length === 0 && !hasNextPage && (
        <div className={pageStyles.state}>
          <Icon name="bin" />
          <h2>{text("trash.empty")}</h2>
          <p>{text("trash.emptyAdvice")}</p>
        </div>
      )}
      {entries.length > 0 && <TrashTable entries={entries} onRestore={restore} onRemove={ask} />}
      {hasNextPage && (
        <p>
          <Button className="button plain" isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
            {text("trash.more")}
          </Button>
        </p>
      )}
      {asked !== undefined && <RemoveForGood asked={asked} onRemoved={reload} onClose={() => ask(undefined)} />}
    </Page>
  );
}
