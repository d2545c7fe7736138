import { useEffect, useRef, useState } from "react";
import { Button, ProgressBar } from "react-aria-components";
import { formatDuration, formatSize } from "../looks/format.ts";
import { Icon } from "../looks/icons.tsx";
import { useText } from "../texts/use-text.ts";
import { useSaid } from "../looks/use-said.ts";
import { Rate } from "./rate.ts";
import { totalsOf, type UploadTotals } from "./totals.ts";
import { UploadList } from "./upload-list.tsx";
import styles from "./uploads.module.css";
import { useUploads } from "./uploads-provider.tsx";
import { useResume } from "./use-resume.ts";

/** The progress of all uploads together; when opened, of each one. */
export function UploadBar({ version }: { version: number }) {
  const { text, language } = useText("uploads");
  const { queue, unfinished } = useUploads();
  const [isOpen, setOpen] = useState(false);
  const totals = totalsOf(queue.items);
  const rate = useRate(totals.movedBytes, version);
  const pace = useRate(totals.movedWork, version);
  const said = useSaid(summaryOf(totals));
  useEffect(() => unfinished.keep(queue.items), [queue, unfinished, version]);
  const summary = summaryOf(totals);
  const clear = () => {
    queue.clear();
    unfinished.forget();
  };
  const left = pace === undefined || pace < 1 ? undefined : (totals.allWork - totals.doneWork) / pace;

  function summaryOf({ isBusy, count, done, failed, skipped, cancelled, sentBytes, sizeBytes }: UploadTotals): string {
    const others = [
      ...(failed > 0 ? [text("up.failed", { count: failed })] : []),
      ...(skipped > 0 ? [text("up.skipped", { count: skipped })] : []),
      ...(cancelled > 0 ? [text("up.cancelled", { count: cancelled })] : []),
    ];
    const sizes = { sent: formatSize(sentBytes, language), size: formatSize(sizeBytes, language) };
    const first = isBusy ? text("up.going", { done, count, ...sizes }) : text("up.finished", { count: done });
    const stop = isBusy && queue.pace !== "running" ? [text(`up.${queue.pace}`)] : [];
    return [...stop, first, ...others].join(", ");
  }

  return (
    <section className={styles.bar} aria-label={text("up.title")}>
      {isOpen && <UploadList queue={queue} version={version} />}
      <ProgressBar
        className={styles.line ?? ""}
        aria-label={text("up.progressAll")}
        value={totals.allWork === 0 ? 100 : (totals.doneWork / totals.allWork) * 100}
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
          {queue.pace === "signedOut" && (
            // In a separate window: the files chosen here stay.
            <a href="/login.pl?next=/console/" target="_blank" rel="noopener">
              {text("fail.signInApart")}
            </a>
          )}
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
  const { text } = useText("uploads");
  const { queue } = useUploads();
  const resume = useResume(queue);
  const isStopped = queue.pace === "paused" || queue.pace === "signedOut";
  return (
    <>
      {totals.failed > 0 && (
        <Button className="tool" onPress={() => queue.retry()}>
          <Icon name="again" />
          {text("up.retryAll")}
        </Button>
      )}
      {totals.isBusy && (
        <Button className="tool" onPress={() => (isStopped ? resume() : queue.pause())}>
          {text(isStopped ? "up.resume" : "up.pause")}
        </Button>
      )}
      {totals.isBusy ? (
        <Button className="tool" onPress={() => queue.cancelAll()}>
          {text("up.cancelAll")}
        </Button>
      ) : (
        <Button className="icon-button" aria-label={text("up.clear")} onPress={onClear}>
          <Icon name="close" />
        </Button>
      )}
    </>
  );
}

function useRate(moved: number, version: number): number | undefined {
  const rate = useRef(new Rate());
  const [current, setCurrent] = useState<number>();
  useEffect(() => {
    rate.current.note(moved, performance.now());
    setCurrent(rate.current.bytesPerSecond);
  }, [moved, version]);
  return current;
}
