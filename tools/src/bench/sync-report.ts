import { CLIENT_LIMIT_BYTES, mebibytes, table, verdict } from "./bench-table.ts";
import type { ClientFigures, SyncReading } from "./figures.ts";

const FASTER_THAN_RCLONE = 50;

/** rclone's rows have no aims, because they are the reference. */
export function syncTable(reading: SyncReading, isQuick: boolean): string[] {
  const { files, folders, fileBytes, limits, ours, rclone, scale } = reading;
  const slice = `${files / scale} files, times ${scale}`;
  const head = `sync of ${files} files of ${fileBytes / 1024} KiB in ${folders} folders`;
  const factor = (rclone.first.seconds * scale) / ours.first.seconds;
  return [
    ...table(
      [head, "time", "calls", "refused", "peak memory", "target"],
      [
        row(`\`consigne sync\`, limits ${limits}`, ours.first, 1, firstAim(reading, isQuick)),
        row("the same again, nothing changed", ours.again, 1, againAim(reading, isQuick)),
        row(`rclone copy, limits off (${slice})`, rclone.first, scale, ""),
        row(`the same again (${slice})`, rclone.again, scale, ""),
      ],
    ),
    `\`consigne sync\` is ${factor.toFixed(0)} times as fast as rclone; the target is ${FASTER_THAN_RCLONE}${verdict(factor >= FASTER_THAN_RCLONE, isQuick)}.`,
    "",
  ];
}

function row(name: string, figures: ClientFigures, times: number, aim: string): string[] {
  const { seconds, calls, refused, peakBytes } = figures;
  const time = `${(seconds * times).toFixed(1)} s`;
  return [name, time, String(Math.round(calls * times)), String(refused), mebibytes(peakBytes), aim];
}

function firstAim({ folders, files, ours: { first } }: SyncReading, isQuick: boolean): string {
  const mostCalls = Math.floor(4 * folders + files / 100);
  const { calls, refused, peakBytes } = first;
  return [
    `${mostCalls} calls${verdict(calls <= mostCalls, isQuick)}`,
    `none refused${verdict(refused === 0, isQuick)}`,
    `${mebibytes(CLIENT_LIMIT_BYTES)}${verdict(peakBytes <= CLIENT_LIMIT_BYTES, isQuick)}`,
  ].join("; ");
}

/** The folder that contains them all, and the account's root above it, also count as folders. */
function againAim({ folders, ours: { again } }: SyncReading, isQuick: boolean): string {
  const mostCalls = folders + 2;
  const memory = `${mebibytes(CLIENT_LIMIT_BYTES)}${verdict(again.peakBytes <= CLIENT_LIMIT_BYTES, isQuick)}`;
  return `${mostCalls} calls${verdict(again.calls <= mostCalls, isQuick)}; ${memory}`;
}
