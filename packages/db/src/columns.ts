/** An instant as stored in a column. */
export function toInstant(date: Date): number {
  return date.getTime();
}

export function toInstantOrNull(date: Date | undefined): number | null {
  return date === undefined ? null : date.getTime();
}

export function toDate(instant: number): Date {
  return new Date(instant);
}

export function toDateOrUndefined(instant: number | null): Date | undefined {
  return instant === null ? undefined : new Date(instant);
}

export function toFlag(claim: boolean): number {
  return claim ? 1 : 0;
}

/** Only for text this package wrote itself: its type is not checked. */
export function parseJson<T>(text: string): T {
  const value: unknown = JSON.parse(text);
  return value as T;
}
