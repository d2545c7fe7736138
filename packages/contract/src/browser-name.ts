/** First match wins: browsers also name the ones that sites used to check for. */
const browsers: readonly (readonly [string, RegExp])[] = [
  ["JDownloader", /JDownloader/i],
  ["pyLoad", /pyLoad/i],
  ["Firefox", /(?:Firefox|FxiOS)\//],
  ["Edge", /Edg(?:A|iOS)?\//],
  ["Opera", /OPR\//],
  ["Samsung Internet", /SamsungBrowser\//],
  ["Chrome", /(?:Chrome|CriOS)\//],
  ["Safari", /Version\/.*Safari\//],
  ["curl", /^curl\//],
  ["Wget", /^Wget/],
  ["Python", /python/i],
];

const systems: readonly (readonly [string, RegExp])[] = [
  ["Android", /Android/],
  ["iOS", /iPhone|iPad|iPod/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X|Macintosh/],
  ["ChromeOS", /CrOS/],
  ["Linux", /Linux|X11/],
];

const MOST_SHOWN = 40;

/**
 * A short name for a user agent that its owner recognises, the same on all pages. The header may contain anything, so
 * the result is only ever shown to people.
 */
export function browserName(userAgent: string, words: BrowserWords): string {
  const nameIn = (table: typeof browsers) => table.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const browser = nameIn(browsers);
  const system = nameIn(systems);
  if (browser === undefined) return userAgent === "" ? words.unknown : userAgent.slice(0, MOST_SHOWN);
  return system === undefined ? browser : words.browserOn(browser, system);
}

interface BrowserWords {
  unknown: string;
  browserOn(browser: string, system: string): string;
}
