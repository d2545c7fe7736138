import { counted, formatBytes, formatDuration } from "../command-line/amounts.ts";
import { visible } from "../command-line/visible-text.ts";
import type { ProgressState, RunningFile } from "./progress-state.ts";

const SHORTEST_NAME = 8;

/** The progress line: `12/40 files  1.2 GiB/3.4 GiB  35 %  8.1 MiB/s  4 min 31 s left  photo.jpg 80 %`. */
export function progressLine(state: ProgressState, nowMs: number, columns: number): string {
  if (state.paused !== undefined && state.paused.untilMs > nowMs) {
    const { untilMs, reason, attempt } = state.paused;
    const left = formatDuration(untilMs - nowMs);
    const what = attempt === undefined ? `paused ${left}` : `retrying in ${left} (${attempt.next} of ${attempt.most})`;
    return cut(`${what}: ${reason}`, columns - 1);
  }
  const parts = [state.phase, countOf(state), ...amountsOf(state, nowMs)].filter((part) => part !== undefined);
  const line = parts.join("  ");
  const current = [...state.running].at(-1);
  const room = columns - 1 - line.length - 2;
  const shown = current === undefined ? "" : describeFile(current, room);
  return cut(shown === "" ? line : `${line}${line === "" ? "" : "  "}${shown}`, columns - 1);
}

/** `3 files, 286.0 MiB in 9 s (31.8 MiB/s), verified`; undefined if no file was transferred. */
export function closingLine(
  { doneFiles, movedBytes, resumedBytes }: ProgressState,
  elapsedMs: number,
  isVerified: boolean,
): string | undefined {
  if (doneFiles === 0) return undefined;
  const bytes = movedBytes - resumedBytes;
  const rate = elapsedMs < 1000 ? "" : ` (${formatBytes((bytes * 1000) / elapsedMs)}/s)`;
  const carried = `${formatBytes(bytes)} in ${formatDuration(elapsedMs)}${rate}`;
  const resumed = resumedBytes === 0 ? [] : [`${formatBytes(resumedBytes)} from an earlier run`];
  return [counted(doneFiles, "file"), carried, ...resumed, ...(isVerified ? ["verified"] : [])].join(", ");
}

function countOf({ doneFiles, totalFiles }: ProgressState): string | undefined {
  if (totalFiles === 0) return doneFiles === 0 ? undefined : counted(doneFiles, "file");
  return `${doneFiles}/${counted(totalFiles, "file")}`;
}

function amountsOf(state: ProgressState, nowMs: number): (string | undefined)[] {
  const { movedBytes, totalBytes } = state;
  if (totalBytes === 0) return [movedBytes === 0 ? undefined : formatBytes(movedBytes)];
  const rate = state.bytesPerSecond(nowMs);
  const left = state.leftMs(nowMs);
  // Only stored files are done: 100 % is not shown while a transfer is running.
  const isOver = movedBytes >= totalBytes && state.doneFiles >= state.totalFiles;
  const percent = isOver ? 100 : Math.min(99, Math.floor((movedBytes / totalBytes) * 100));
  return [
    `${formatBytes(movedBytes)}/${formatBytes(totalBytes)}`,
    `${percent} %`,
    rate === undefined ? undefined : `${formatBytes(rate)}/s`,
    left === undefined ? undefined : `${formatDuration(left)} left`,
  ];
}

function describeFile({ name, sizeBytes, movedBytes, state }: RunningFile, room: number): string {
  const percent = sizeBytes === 0 ? 100 : Math.min(100, Math.floor((movedBytes / sizeBytes) * 100));
  const how = state ?? `${percent} %`;
  const nameRoom = room - how.length - 1;
  return nameRoom < SHORTEST_NAME ? "" : `${shorten(visible(name), nameRoom)} ${how}`;
}

/** Keeps the end, where names in one folder differ. */
function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `…${characters.slice(characters.length - length + 1).join("")}`;
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : characters.slice(0, Math.max(0, length)).join("");
}
