/** The end of that day in the user's time zone; undefined for a past or invalid day. */
export function endOfDay(day: string): Date | undefined {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const end = new Date(year, month - 1, date + 1);
  return end.getTime() > Date.now() ? end : undefined;
}

/** In the format of a date field: the last day before this moment. */
export function lastDayBefore(end: Date): string {
  const day = new Date(end.getTime() - 1);
  const padded = (number: number, length: number) => String(number).padStart(length, "0");
  return `${padded(day.getFullYear(), 4)}-${padded(day.getMonth() + 1, 2)}-${padded(day.getDate(), 2)}`;
}

/** The last day of something that ends with a day in the user's time zone; undefined if it ends within a day. */
export function wholeLastDay(end: Date): Date | undefined {
  const isMidnight = end.getTime() === new Date(end.getFullYear(), end.getMonth(), end.getDate()).getTime();
  return isMidnight ? new Date(end.getTime() - 1) : undefined;
}
