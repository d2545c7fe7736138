import { visible } from "@consigne/contract/visible-text";
import { html } from "./html.ts";
import { fileIcon } from "./icons.ts";
import type { Page } from "./layout.ts";
import type { PageContext } from "./page-context.ts";
import { formatSize } from "./sizes.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Longer times are shown in the next larger unit. */
const MOST_MINUTES_MS = 90 * MINUTE_MS;
const MOST_HOURS_MS = 2 * DAY_MS;
/** So that a page left open costs little. */
const LEAST_SECONDS = 15;

export interface ArrivingPage {
  name: string;
  contentType: string;
  sizeBytes: number;
  /** 0 to 99. */
  percent: number;
  /** Undefined if unknown. */
  readyInMs: number | undefined;
  /** Nothing has arrived for a while. */
  isPaused: boolean;
  fileUrl: string;
  /** Undefined if reloading would ask for a password again. */
  looksAgainAfterSeconds: number | undefined;
}

/**
 * Shown for a link, with status 503, while its file is still being uploaded. plowshare waits when it finds the hidden
 * words.
 */
export function arrivingPage({ texts, language }: PageContext, file: ArrivingPage): Page {
  const { arriving } = texts;
  const main = html`
    <div class="box file">
    <h1>${fileIcon(file.contentType)}<span>${visible(file.name)}</span></h1>
    <p><label for="arrived">${arriving.state(file.percent, formatSize(file.sizeBytes, language))}</label></p>
    <p><progress id="arrived" max="100" value="${file.percent}"></progress></p>
    <p>${whenReady(arriving, file)}</p>
    <p class="act"><a class="button" href="${file.fileUrl}">${arriving.again}</a></p>
    <p class="quiet">${file.looksAgainAfterSeconds === undefined ? arriving.withPassword : arriving.byItself}</p>
    <div hidden>${texts.scan.text}</div>
    </div>
  `;
  const again = file.looksAgainAfterSeconds;
  return {
    title: visible(file.name),
    main,
    ...(again === undefined ? {} : { reloadsAfterSeconds: Math.max(LEAST_SECONDS, again) }),
  };
}

function whenReady(
  texts: PageContext["texts"]["arriving"],
  { readyInMs, isPaused }: Pick<ArrivingPage, "readyInMs" | "isPaused">,
): string {
  if (isPaused) return texts.paused;
  if (readyInMs === undefined) return texts.unknown;
  if (readyInMs < MINUTE_MS) return texts.soon;
  if (readyInMs <= MOST_MINUTES_MS) return texts.inMinutes(Math.ceil(readyInMs / MINUTE_MS));
  if (readyInMs <= MOST_HOURS_MS) return texts.inHours(Math.ceil(readyInMs / HOUR_MS));
  return texts.inDays(Math.ceil(readyInMs / DAY_MS));
}
