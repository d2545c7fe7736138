import type { RemoteUploadItem } from "@consigne/sdk";
import { formatDuration, formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import { ProgressLine } from "./progress-line.tsx";

/** The state in words, with a progress bar while bytes arrive. */
export function FetchState({ item, rate }: { item: RemoteUploadItem; rate: number | undefined }) {
  const { text, language } = useText("transfers");
  const { state, receivedBytes = 0, sizeBytes, nextAttemptAt, message, hasCredentials, attempts } = item;
  const isOver = state === "failed" || state === "cancelled";
  const notes = [
    ...(message === undefined ? [] : [message]),
    ...(state === "waiting" && attempts > 0 && nextAttemptAt !== undefined
      ? [text("fetch.again", { time: formatMoment(nextAttemptAt, language) })]
      : []),
    ...(isOver && hasCredentials ? [text("fetch.hasCredentials")] : []),
  ];
  return (
    <>
      <span data-state={state}>
        {state === "running"
          ? progressWords()
          : text(`fetch.state.${state}`, { size: formatSize(sizeBytes ?? receivedBytes, language) })}
      </span>
      {state === "running" && sizeBytes !== undefined && (
        <ProgressLine
          label={text("fetch.progress", { name: item.name ?? item.sourceUrl })}
          done={receivedBytes}
          of={sizeBytes}
        />
      )}
      {notes.map((note) => (
        <div key={note} className="quiet small">
          {note}
        </div>
      ))}
    </>
  );

  function progressWords(): string {
    const received = formatSize(receivedBytes, language);
    const size = sizeBytes === undefined ? undefined : formatSize(sizeBytes, language);
    const seconds =
      rate === undefined || rate < 1 || sizeBytes === undefined ? undefined : (sizeBytes - receivedBytes) / rate;
    return [
      text("fetch.state.running"),
      size === undefined ? text("fetch.got", { received }) : text("fetch.gotOf", { received, size }),
      ...(rate === undefined ? [] : [text("fetch.rate", { rate: formatSize(rate, language) })]),
      ...(seconds === undefined ? [] : [text("fetch.left", { left: formatDuration(seconds, text) })]),
    ].join(", ");
  }
}
