import type { Import } from "@consigne/sdk";
import { formatDuration, formatMoment, formatSize } from "../looks/format.ts";
import { useText } from "../texts/use-text.ts";
import { ProgressLine } from "./progress-line.tsx";
import { sourceOf } from "./import-source.ts";

/** The progress, in words and as a bar. */
export function ImportProgress({ found, rate }: { found: Import; rate: number | undefined }) {
  const { text, language } = useText("transfers");
  const { state, files, folders, message, resumesAt, minRemainingMs, receivingBytes = 0, endedAt } = found;
  const failed = files.failed.count + folders.failed;
  const has = files.done.bytes + receivingBytes;
  const whole = files.done.bytes + files.pending.bytes;
  const counted = (id: "imp.arrived" | "imp.toFetch", { count, bytes }: Import["files"]["pending"]) =>
    text(id, { count, size: formatSize(bytes, language) });
  const words = [
    ...(state === "planned" ? [] : [counted("imp.arrived", { ...files.done, bytes: has })]),
    ...(files.pending.count > 0 ? [counted("imp.toFetch", files.pending)] : []),
    ...(files.skipped.count > 0 ? [text("imp.skipped", { count: files.skipped.count })] : []),
    ...(failed > 0 ? [text("imp.failed", { count: failed })] : []),
    ...(endedAt === undefined && rate !== undefined && rate >= 1
      ? [text("fetch.rate", { rate: formatSize(rate, language) })]
      : []),
    ...(endedAt === undefined && minRemainingMs !== undefined && minRemainingMs > 0
      ? [text("imp.least", { left: formatDuration(minRemainingMs / 1000, text) })]
      : []),
  ];
  return (
    <>
      <span data-state={state}>{text(`imp.state.${state}`)}</span>
      <div>{words.join(", ")}</div>
      {state === "copying" && (
        <ProgressLine label={text("fetch.progress", { name: sourceOf(found) })} done={has} of={whole} />
      )}
      {message !== undefined && <div className="quiet small">{message}</div>}
      {resumesAt !== undefined && message !== undefined && (
        <div className="quiet small">{text("imp.goesOn", { time: formatMoment(resumesAt, language) })}</div>
      )}
    </>
  );
}
