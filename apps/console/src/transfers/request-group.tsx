import type { RemoteUploadItem, RemoteUploadProgress } from "@consigne/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { client } from "../api/client.ts";
import { useNotices } from "../frame/notices.tsx";
import { Problem } from "../frame/problem.tsx";
import { Records } from "../frame/records.tsx";
import { type RowAction, RowMenu } from "../frame/row-menu.tsx";
import { useCall } from "../frame/use-call.ts";
import { copyText } from "../looks/copy-text.ts";
import { formatMoment } from "../looks/format.ts";
import { Icon, type IconName } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { FetchState } from "./fetch-state.tsx";
import { REQUESTS } from "./transfer-data.ts";
import styles from "./transfers.module.css";

/** The others are shown on request. */
const FIRST_SHOWN = 10;

interface Props {
  request: RemoteUploadProgress;
  rates: ReadonlyMap<string, number>;
}

/** The URLs of one request. */
export function RequestGroup({ request, rates }: Props) {
  const { text, language } = useText("transfers");
  const [isWhole, setWhole] = useState(false);
  const { items } = request;
  const { call, change } = useChanges();
  const time = request.requestedAt === undefined ? "" : formatMoment(request.requestedAt, language);
  const title = text("fetch.group", { count: items.length, time });
  const shown = isWhole ? items : items.slice(0, FIRST_SHOWN);
  return (
    <section className={styles.group} aria-label={title}>
      <div className={styles.groupHead}>
        <h3>{title}</h3>
        <p className="quiet">{useSum(items)}</p>
        <RowMenu name={title} actions={useGroupActions(request, change)} />
      </div>
      <Problem call={call} />
      <Records
        label={text("fetch.groupList", { time })}
        rows={shown}
        keyOf={({ id }) => id}
        isQuiet={({ state }) => state === "cancelled"}
        columns={[
          { title: text("fetch.address"), cell: (item) => <Source item={item} /> },
          { title: text("fetch.state"), cell: (item) => <FetchState item={item} rate={rates.get(item.id)} /> },
        ]}
        actions={{
          title: text("app.actions"),
          of: (item) => <ItemActions requestId={request.id} item={item} change={change} />,
        }}
      />
      {shown.length < items.length && (
        <p>
          <Button className="button plain" onPress={() => setWhole(true)}>
            {text("fetch.all", { count: items.length - shown.length })}
          </Button>
        </p>
      )}
    </section>
  );
}

type Change = (work: () => Promise<unknown>, said?: string) => void;

function useChanges() {
  const queries = useQueryClient();
  const notices = useNotices();
  const call = useCall();
  const change: Change = (work, said) =>
    void call.run(work).then((isDone) => {
      if (isDone && said !== undefined) notices.tell(said);
      return queries.invalidateQueries({ queryKey: REQUESTS });
    });
  return { call, change };
}

function useSum(items: readonly RemoteUploadItem[]): string {
  const { text } = useText("transfers");
  const count = (state: RemoteUploadItem["state"]) => items.filter((item) => item.state === state).length;
  const failed = count("failed");
  const sum = text("fetch.sum", { done: count("done"), count: items.length });
  return failed === 0 ? sum : `${sum}, ${text("fetch.sumFailed", { count: failed })}`;
}

function useGroupActions({ id, items, endedAt }: RemoteUploadProgress, change: Change): RowAction[] {
  const { text } = useText("transfers");
  const lacking = items.filter(({ state }) => state === "failed" || state === "cancelled");
  const retry: RowAction = {
    text: text("fetch.retryAll"),
    icon: "again",
    onAction: () => change(() => client.remoteUploads.retry(id)),
  };
  const cancel: RowAction = {
    text: text("fetch.cancelAll"),
    icon: "close",
    onAction: () => change(() => client.remoteUploads.cancel(id)),
  };
  const remove: RowAction = {
    text: text("fetch.remove"),
    icon: "bin",
    onAction: () => change(() => client.remoteUploads.remove(id), text("fetch.removed")),
  };
  const isRepeatable = lacking.length > 0 && !lacking.some(({ hasCredentials }) => hasCredentials);
  return [...(isRepeatable ? [retry] : []), endedAt === undefined ? cancel : remove];
}

/** The name that people know: the file's once it is here, its URL before. */
const nameOf = ({ name, sourceUrl }: RemoteUploadItem): string => name ?? sourceUrl;

function Source({ item: { url, name, sourceUrl } }: { item: RemoteUploadItem }) {
  if (url === undefined) return <span className={styles.address}>{sourceUrl}</span>;
  return (
    <>
      <a href={url} target="_blank" rel="noopener">
        {name}
      </a>
      <div className="quiet small">{sourceUrl}</div>
    </>
  );
}

function ItemActions({ requestId, item, change }: { requestId: number; item: RemoteUploadItem; change: Change }) {
  const { text } = useText("transfers");
  const notices = useNotices();
  const { id: itemId, state, url, hasCredentials } = item;
  const name = nameOf(item);
  const copy = async () => {
    if (url !== undefined && (await copyText(url))) notices.tell(text("done.links", { count: 1 }));
    else notices.tell(text("done.copyFailed"), { copyText: url ?? "" });
  };
  const button = (icon: IconName, label: string, press: () => void) => (
    <Button className="icon-button" aria-label={label} onPress={press}>
      <Icon name={icon} />
    </Button>
  );
  if (state === "done") return button("link", text("fetch.copyOne", { name }), () => void copy());
  if (state === "waiting" || state === "running") {
    const cancel = () => change(() => client.remoteUploads.cancel(requestId, { itemId }));
    return button("close", text("fetch.cancelOne", { name }), cancel);
  }
  if (hasCredentials) return null;
  const retry = () => change(() => client.remoteUploads.retry(requestId, { itemId }));
  return button("again", text("fetch.retryOne", { name }), retry);
}
