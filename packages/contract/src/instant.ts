const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?Z$/;

/** A time in UTC as the calls under `/x/v1` write it; undefined for anything else, such as a 30th of February. */
export function instantIn(text: string): Date | undefined {
  if (!INSTANT.test(text)) return undefined;
  const seconds = text.slice(0, 19);
  const instant = new Date(`${seconds}Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(seconds) ? instant : undefined;
}

export const toInstantText = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`;
