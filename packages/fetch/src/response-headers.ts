import type { IncomingMessage } from "node:http";
import { contentDispositionName } from "@consigne/contract/content-disposition";
import type { SourceVersion } from "@consigne/core";

const MOST_RETRY_MS = 24 * 60 * 60 * 1000;
const LONGEST_VALIDATOR = 1024;

/** The first header of that name, as most programs read it. */
export function headerOf(answer: IncomingMessage, name: string): string | undefined {
  return answer.headersDistinct[name]?.[0];
}

export function versionOf(answer: IncomingMessage): SourceVersion | undefined {
  const etag = usable(headerOf(answer, "etag"), /^"[^"\p{Cc}]*"$/u);
  const modifiedAt = usable(headerOf(answer, "last-modified"), /^[\x20-\x7e]+$/);
  return etag === undefined && modifiedAt === undefined ? undefined : { etag, modifiedAt };
}

function usable(value: string | undefined, pattern: RegExp): string | undefined {
  return value !== undefined && value.length <= LONGEST_VALIDATOR && pattern.test(value) ? value : undefined;
}

export function contentTypeOf(answer: IncomingMessage): string | undefined {
  const type = headerOf(answer, "content-type")?.split(";")[0]?.trim().toLowerCase();
  return type !== undefined && type.length <= 127 && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(type) ? type : undefined;
}

export function fileNameOf(answer: IncomingMessage): string | undefined {
  const value = headerOf(answer, "content-disposition");
  return value === undefined ? undefined : contentDispositionName(value);
}

/** Seconds or a date; a day at most, since it does no harm to ask again after that. */
export function retryAfterOf(answer: IncomingMessage, now: Date): number | undefined {
  const value = headerOf(answer, "retry-after")?.trim() ?? "";
  const ms = /^\d{1,10}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MOST_RETRY_MS);
}

/** Undefined if there is none, null if it is not a valid length. */
export function contentLengthOf(answer: IncomingMessage): number | undefined | null {
  const values = answer.headersDistinct["content-length"];
  if (values === undefined) return undefined;
  return values.length === 1 ? wholeNumber(values[0] ?? "") : null;
}

export interface ContentRange {
  first: number;
  last: number;
  total: number;
}

/** Reads the range of a partial response and its total size. Undefined if anything is missing. */
export function readContentRange(value: string | undefined): ContentRange | undefined {
  const [, first, last, total] =
    /^\s*bytes\s+(\d+)-(\d+)\/(\d+)\s*$/i.exec(value ?? "")?.map((text) => wholeNumber(text)) ?? [];
  if (first === undefined || last === undefined || total === undefined) return undefined;
  if (first === null || last === null || total === null) return undefined;
  return first <= last && last < total ? { first, last, total } : undefined;
}

/** The total size that a 416 response gives. */
export function readUnsatisfiedRange(value: string | undefined): number | undefined {
  const [, total] = /^\s*bytes\s+\*\/(\d+)\s*$/i.exec(value ?? "") ?? [];
  return total === undefined ? undefined : (wholeNumber(total) ?? undefined);
}

function wholeNumber(text: string): number | null {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}
