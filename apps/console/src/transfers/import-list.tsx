import type { Import } from "@consigne/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { LoadFailure, Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { type RowAction, RowMenu } from "../frame/row-menu.tsx";
import { useAsked } from "../frame/use-asked.ts";
import { useCall } from "../frame/use-call.ts";
import { formatMoment } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import { ImportDetails } from "./import-details.tsx";
import { ImportProgress } from "./import-progress.tsx";
import { sourceOf } from "./import-source.ts";
import { RetryImport } from "./retry-import.tsx";
import { IMPORTS, useImports, useRates } from "./transfer-data.ts";
import styles from "./transfers.module.css";

/** Imports of whole folders from other servers. */
export function ImportList() {
  const { text } = useText("transfers");
  const { data, error, refetch, dataUpdatedAt, hasNextPage, fetchNextPage } = useImports();
  const imports = data?.pages.flatMap((page) => page.imports);
  const running = (imports ?? []).filter(({ endedAt }) => endedAt === undefined);
  const rates = useRates(new Map(running.map((each) => [String(each.id), bytesOf(each)])), dataUpdatedAt);
  const [asked, ask, close] = useAsked<{ what: "details" | "retry"; id: number }>();
  const { call, actionsOf } = useActions(ask);
  const about = imports?.find(({ id }) => id === asked?.id);
  if (error !== null && imports === undefined) return <LoadFailure error={error} retry={() => void refetch()} />;
  return (
    <div className={styles.group}>
      <Problem call={call} />
      {imports?.length === 0 && <p className="quiet">{text("imp.none")}</p>}
      {imports !== undefined && imports.length > 0 && (
        <Records
          label={text("imp.title")}
          rows={imports}
          keyOf={({ id }) => String(id)}
          columns={[
            { title: text("imp.from"), cell: (each) => <Source found={each} /> },
            {
              title: text("imp.progress"),
              cell: (each) => <ImportProgress found={each} rate={rates.get(String(each.id))} />,
            },
          ]}
          actions={{
            title: text("app.actions"),
            of: (each) => <RowMenu name={sourceOf(each)} actions={actionsOf(each)} />,
          }}
        />
      )}
      {hasNextPage && (
        <p>
          <Button className="button plain" onPress={() => void fetchNextPage()}>
            {text("fetch.older")}
          </Button>
        </p>
      )}
      {about !== undefined && asked?.what === "details" && <ImportDetails found={about} onClose={close} />}
      {about !== undefined && asked?.what === "retry" && <RetryImport found={about} onClose={close} />}
    </div>
  );
}

/** Everything received, including files still arriving. */
const bytesOf = ({ files, receivingBytes = 0 }: Import): number => files.done.bytes + receivingBytes;

function useActions(ask: (asked: { what: "details" | "retry"; id: number }) => void) {
  const { text } = useText("transfers");
  const notices = useNotices();
  const queries = useQueryClient();
  const call = useCall();
  const change = (work: () => Promise<unknown>, said?: string) =>
    void call.run(work).then((isDone) => {
      if (isDone && said !== undefined) notices.tell(said);
      return queries.invalidateQueries({ queryKey: IMPORTS });
    });
  const actionsOf = ({ id, endedAt, state, files, folders }: Import): RowAction[] => {
    const isRetriable = state === "failed" || state === "cancelled" || files.failed.count + folders.failed > 0;
    const details: RowAction = {
      text: text("imp.details"),
      icon: "info",
      onAction: () => ask({ what: "details", id }),
    };
    if (endedAt === undefined) {
      const cancel = () => change(() => client.imports.cancel(id));
      return [details, { text: text("fetch.cancel"), icon: "close", onAction: cancel }];
    }
    const remove = () => change(() => client.imports.remove(id), text("fetch.removed"));
    return [
      details,
      ...(isRetriable
        ? [{ text: text("fetch.retry"), icon: "again" as const, onAction: () => ask({ what: "retry", id }) }]
        : []),
      { text: text("fetch.remove"), icon: "bin", onAction: remove },
    ];
  };
  return { call, actionsOf };
}

function Source({ found }: { found: Import }) {
  const { text, language } = useText("transfers");
  return (
    <>
      {sourceOf(found)}
      <div className="quiet small">
        {text(`imp.kind.${found.kind}`)}, {formatMoment(found.requestedAt, language)}
      </div>
    </>
  );
}
