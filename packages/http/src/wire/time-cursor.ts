import { RequestError } from "./error-answer.ts";

const CURSOR = /^(\d{1,15})-([\w-]{1,64})$/;

/** A position in a list ordered by creation time. */
interface TimePosition {
  readonly createdAt: Date;
  readonly id: string;
}

/** @throws {RequestError} `badRequest` */
export function positionIn(cursor: string): TimePosition {
  const [, time, id] = CURSOR.exec(cursor) ?? [];
  if (time === undefined || id === undefined)
    throw new RequestError("badRequest", "This cursor is not from an earlier answer.");
  return { createdAt: new Date(Number(time)), id };
}

/** Where the next page begins, if there is one; `found` was requested with one more than `limit`. */
export function nextOf(found: readonly TimePosition[], limit: number): { next?: string } {
  const last = found.length > limit ? found[limit - 1] : undefined;
  return last === undefined ? {} : { next: cursorOf(last) };
}

/** Identifies the last entry of a page. */
export const cursorOf = ({ createdAt, id }: TimePosition): string => `${createdAt.getTime()}-${id}`;
