import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { Button } from "react-aria-components";
import { largestFileBytes } from "../api/send-file.ts";
import { useNotices } from "../frame/notices.tsx";
import { copyText } from "../looks/copy-text.ts";
import { formatSize } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useRem } from "../looks/use-rem.ts";
import { perLanguage } from "../texts/per-language.ts";
import { useText } from "../texts/use-text.ts";
import { isOpen as isUnderWay, namesOf, type UploadItem } from "./upload-item.ts";
import { inOrder } from "./upload-order.ts";
import type { UploadQueue } from "./upload-queue.ts";
import { reasonOf } from "./upload-failure.ts";
import styles from "./uploads.module.css";
import { useQuery } from "@tanstack/react-query";

/** The height of a row with two lines, as in the style sheet. A row that explains a failure is higher. */
const heightOf = (rem: number): number => Math.round(2.25 * rem + 12);

/** Only visible rows exist, however many files there are. */
export function UploadList({ queue, version }: { queue: UploadQueue; version: number }) {
  const { text } = useText("uploads");
  const scroller = useRef<HTMLDivElement>(null);
  // Running and failed uploads come before everything that is done, so that nobody has to scroll.
  const items = useMemo(() => inOrder(queue.items), [queue, version]);
  const rem = useRem();
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => heightOf(rem),
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 6,
  });
  return (
    <div ref={scroller} className={styles.list} tabIndex={0} role="group" aria-label={text("up.list")}>
      <ul style={{ height: `${rows.getTotalSize()}px` }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          return (
            item !== undefined && (
              <li
                key={item.id}
                ref={rows.measureElement}
                data-index={index}
                className={styles.item}
                aria-setsize={items.length}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${start}px)` }}
              >
                <ItemRow item={item} queue={queue} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function ItemRow({ item, queue }: { item: UploadItem; queue: UploadQueue }) {
  const { text } = useText("uploads");
  const { name, state, url } = item;
  const isOpen = isUnderWay(item);
  const folders = namesOf(item).join(" / ");
  // Several folders may have a file of the same name.
  const named = folders === "" ? name : `${name} (${folders})`;
  return (
    <>
      <Icon name={state === "done" ? "check" : state === "failed" ? "warning" : "file"} />
      <div className={styles.words}>
        <div className={styles.itemName} title={[...namesOf(item), name].join(" / ")}>
          {name} {folders !== "" && <span className={styles.rate}>{folders}</span>}
        </div>
        <State item={item} />
      </div>
      {url !== undefined && (isOpen || state === "done") && <CopyLink name={named} url={url} />}
      {state === "failed" && (
        <Button
          className="icon-button"
          aria-label={text("up.retry", { name: named })}
          onPress={() => queue.retry(item.id)}
        >
          <Icon name="again" />
        </Button>
      )}
      {isOpen && (
        <Button
          className="icon-button"
          aria-label={text("up.cancel", { name: named })}
          onPress={() => queue.cancel(item.id)}
        >
          <Icon name="close" />
        </Button>
      )}
    </>
  );
}

const percents = perLanguage(
  (language) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }),
);

function State({ item }: { item: UploadItem }) {
  const { text, language } = useText("uploads");
  const { data: limit } = useQuery({
    queryKey: ["largest file"],
    queryFn: async () => (await largestFileBytes()) ?? null,
  });
  const size = formatSize(item.file.size, language);
  const share = item.file.size === 0 ? 0 : item.sentBytes / item.file.size;
  const percent = percents(language).format(share);
  switch (item.state) {
    case "waiting":
      return <div className={styles.state}>{`${text("up.waiting")}, ${size}`}</div>;
    case "comparing":
      return <div className={styles.state}>{text("up.comparing", { percent, size })}</div>;
    case "sending":
      return <div className={styles.state}>{text("up.sending", { percent, size })}</div>;
    case "verifying":
      return <div className={styles.state}>{text("up.verifying")}</div>;
    case "done":
      return <div className={styles.state}>{`${text("up.done")}, ${size}`}</div>;
    case "skipped":
      return <div className={styles.state}>{text("up.doneSkipped")}</div>;
    case "cancelled":
      return <div className={styles.state}>{text("up.doneCancelled")}</div>;
    case "failed":
      return (
        <div className={styles.state} data-bad>
          {reasonOf(item, text, limit === null || limit === undefined ? "?" : formatSize(limit, language))}
        </div>
      );
  }
}

function CopyLink({ name, url }: { name: string; url: string }) {
  const { text } = useText("uploads");
  const notices = useNotices();
  const copy = async () => {
    if (await copyText(url)) notices.tell(text("done.links", { count: 1 }));
    else notices.tell(text("done.copyFailed"), { copyText: url });
  };
  return (
    <Button className="icon-button" aria-label={text("up.copy", { name })} onPress={() => void copy()}>
      <Icon name="link" />
    </Button>
  );
}
