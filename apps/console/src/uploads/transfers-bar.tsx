import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Button, ProgressBar } from "react-aria-components";
import { useFocusBefore } from "../frame/use-focus-before.ts";
import { formatDuration, formatSize } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { useSaid } from "../looks/use-said.ts";
import { Rate } from "./rate.ts";
import { totalsOf, type UploadTotals } from "./totals.ts";
import { findUnfinished, forgetUnfinished, keepUnfinished } from "./unfinished.ts";
import { UnfinishedNotice } from "./unfinished-notice.tsx";
import { UploadList } from "./upload-list.tsx";
import styles from "./uploads.module.css";
import { useUploads } from "./uploads-provider.tsx";

/** How all uploads together come along; opened, each by itself. */
export function TransfersBar() {
  const { text, language } = useText();
  const { queue } = useUploads();
  const version = useSyncExternalStore(queue.subscribe, queue.version);
  const [isOpen, setOpen] = useState(false);
  const totals = totalsOf(queue.items);
  const rate = useRate(totals.sentBytes, version);
  const said = useSaid(summaryOf(totals));
  const [unfinished, setUnfinished] = useState(findUnfinished);
  useEffect(() => {
    if (totals.count > 0) keepUnfinished(queue.items);
  }, [queue, version, totals.count]);
  if (totals.count === 0 && unfinished !== undefined) {
    const close = () => {
      forgetUnfinished();
      setUnfinished(undefined);
    };
    return <UnfinishedNotice unfinished={unfinished} onClose={close} />;
  }
  if (totals.count === 0) return null;
  const summary = summaryOf(totals);
  const clear = () => {
    queue.clear();
    forgetUnfinished();
    setUnfinished(undefined);
  };
  const left = rate === undefined || rate < 1 ? undefined : (totals.sizeBytes - totals.sentBytes) / rate;

  function summaryOf({ isBusy, count, done, failed, skipped, cancelled, sentBytes, sizeBytes }: UploadTotals): string {
    const others = [
      ...(failed > 0 ? [text("up.failed", { count: failed })] : []),
      ...(skipped > 0 ? [text("up.skipped", { count: skipped })] : []),
      ...(cancelled > 0 ? [text("up.cancelled", { count: cancelled })] : []),
    ];
    const sizes = { sent: formatSize(sentBytes, language), size: formatSize(sizeBytes, language) };
    const first = isBusy ? text("up.going", { done, count, ...sizes }) : text("up.finished", { count: done });
    const pace = isBusy && queue.pace !== "running" ? [text(`up.${queue.pace}`)] : [];
    return [...pace, first, ...others].join(", ");
  }

  return (
    <section className={styles.bar} aria-label={text("up.title")}>
      {isOpen && <UploadList queue={queue} version={version} />}
      <ProgressBar
        className={styles.line ?? ""}
        aria-label={text("up.progressAll")}
        value={totals.sizeBytes === 0 ? 100 : (totals.sentBytes / totals.sizeBytes) * 100}
      >
        {({ percentage = 0 }) => (
          <div className={styles.fill} data-bad={totals.failed > 0 || undefined} style={{ width: `${percentage}%` }} />
        )}
      </ProgressBar>
      <div className={styles.summary}>
        <Button
          className="icon-button"
          aria-expanded={isOpen}
          aria-label={text(isOpen ? "up.hide" : "up.show")}
          onPress={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? "down" : "up"} />
        </Button>
        <p>
          <span>{summary}</span>
          {totals.isBusy && queue.pace === "running" && rate !== undefined && left !== undefined && (
            <span className={styles.rate}>
              {text("up.rate", { rate: formatSize(rate, language), left: formatDuration(left, text) })}
            </span>
          )}
        </p>
        <BarButtons totals={totals} onClear={clear} />
      </div>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </section>
  );
}

function BarButtons({ totals, onClear }: { totals: UploadTotals; onClear(): void }) {
  const { text } = useText();
  const { queue } = useUploads();
  const giveBackFocus = useFocusBefore();
  const clear = () => {
    onClear();
    giveBackFocus();
  };
  return (
    <>
      {totals.failed > 0 && (
        <Button className="tool" onPress={() => queue.retry()}>
          <Icon name="again" />
          {text("up.retryAll")}
        </Button>
      )}
      {totals.isBusy && (
        <Button className="tool" onPress={() => (queue.pace === "paused" ? queue.resume() : queue.pause())}>
          {text(queue.pace === "paused" ? "up.resume" : "up.pause")}
        </Button>
      )}
      {totals.isBusy ? (
        <Button className="tool" onPress={() => queue.cancelAll()}>
          {text("up.cancelAll")}
        </Button>
      ) : (
        <Button className="icon-button" aria-label={text("up.clear")} onPress={clear}>
          <Icon name="close" />
        </Button>
      )}
    </>
  );
}

function useRate(sentBytes: number, version: number): number | undefined {
  const rate = useRef(new Rate());
  const [current, setCurrent] = useState<number>();
  useEffect(() => {
    rate.current.note(sentBytes, performance.now());
    setCurrent(rate.current.bytesPerSecond);
  }, [sentBytes, version]);
  return current;
}
