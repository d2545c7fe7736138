import type { Entry } from "@consigne/sdk";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { Page } from "../frame/page.tsx";
import { LoadFailure } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import { RemoveShared } from "./remove-shared.tsx";
import { sharedHref } from "./shared-route.ts";
import { SharedTools } from "./shared-tools.tsx";
import styles from "./shared.module.css";

const PAGE = 200;

/** What lies in a folder of somebody else's, and what may be done there. */
export function SharedFolder({ folderId }: { folderId: number }) {
  const { text } = useText("share");
  const queries = useQueryClient();
  const [asked, ask] = useState<Entry>();
  const queryKey = ["shared", folderId];
  const place = useQuery({ queryKey: [...queryKey, "place"], queryFn: () => client.entries.stat({ folderId }) });
  const list = useInfiniteQuery({
    queryKey: [...queryKey, "list"],
    queryFn: ({ pageParam }) => client.entries.page(folderId, { cursor: pageParam, limit: PAGE }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
  const reload = () => queries.invalidateQueries({ queryKey });
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  const shared = place.data?.shared;
  const error = place.error ?? list.error;
  return (
    <Page
      title={place.data?.entry.name ?? text("nav.shared")}
      intro={shared === undefined ? undefined : text("shared.of", { owner: shared.owner })}
      tools={shared?.canWrite === true ? <SharedTools folderId={folderId} onChanged={reload} /> : undefined}
    >
      <nav aria-label={text("shared.path")} className={styles.path}>
        <ol>
          <li>
            <a href={sharedHref()}>{text("shared.all")}</a>
          </li>
          {place.data?.above.map(({ id, name }) => (
            <li key={id}>
              <a href={sharedHref(id)}>{name}</a>
            </li>
          ))}
        </ol>
      </nav>
      {error !== null && <LoadFailure error={error} retry={() => void reload()} />}
      {list.data !== undefined && entries.length === 0 && <p className="quiet">{text("shared.empty")}</p>}
      {entries.length > 0 && (
        <Entries
          entries={entries}
          label={place.data?.entry.name ?? text("nav.shared")}
          onRemove={shared?.canWrite === true ? ask : undefined}
        />
      )}
      {list.hasNextPage && (
        <p>
          <Button
            className="button plain"
            isDisabled={list.isFetchingNextPage}
            onPress={() => void list.fetchNextPage()}
          >
            {text("shared.more")}
          </Button>
        </p>
      )}
      {asked !== undefined && (
        <RemoveShared entry={asked} owner={shared?.owner ?? ""} onRemoved={reload} onClose={() => ask(undefined)} />
      )}
    </Page>
  );
}

interface EntriesProps {
  entries: readonly Entry[];
  label: string;
  onRemove: ((entry: Entry) => void) | undefined;
}

function Entries({ entries, label, onRemove }: EntriesProps) {
  const { text, language } = useText("share");
  const notices = useNotices();
  const download = async (file: Extract<Entry, { kind: "file" }>) => {
    try {
      const named = file.url === "" ? { folder_id: file.folderId, filename: file.name } : { url: file.url };
      const { url } = await client.call("downloadGetToken", named);
      window.location.assign(url);
    } catch (failure) {
      notices.fail(failure);
    }
  };
  return (
    <Records
      label={label}
      rows={entries}
      keyOf={(entry) => `${entry.kind} ${entry.id}`}
      columns={[
        {
          title: text("shared.name"),
          cell: (entry) =>
            entry.kind === "folder" ? <a href={sharedHref(entry.id)}>{entry.name}</a> : <span>{entry.name}</span>,
        },
        {
          title: text("shared.size"),
          cell: (entry) => (entry.kind === "file" ? formatSize(entry.sizeBytes, language) : ""),
        },
        {
          title: text("shared.changed"),
          cell: (entry) => formatMoment(entry.kind === "file" ? entry.uploadedAt : entry.createdAt, language),
        },
      ]}
      actions={{
        title: text("shared.actions"),
        of: (entry) => (
          <>
            {entry.kind === "file" && !entry.isDamaged && !entry.isBlocked && (
              <Button
                className="button plain"
                aria-label={text("shared.downloadOf", { name: entry.name })}
                onPress={() => void download(entry)}
              >
                {text("shared.download")}
              </Button>
            )}
            {onRemove !== undefined && (
              <Button
                className="button plain"
                aria-label={text("shared.removeOf", { name: entry.name })}
                onPress={() => onRemove(entry)}
              >
                {text("shared.remove")}
              </Button>
            )}
          </>
        ),
      }}
    />
  );
}
