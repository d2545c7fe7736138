import type { Texts } from "../texts/texts.ts";

/** The first that is found counts: browsers name others, which sites once asked for, besides themselves. */
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

/** A user agent in words that its owner recognises. It may say anything, so nothing but a name for people follows. */
export function browserName({ account }: Texts, userAgent: string): string {
  const nameIn = (table: typeof browsers) => table.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const browser = nameIn(browsers);
  const system = nameIn(systems);
  if (browser === undefined) return userAgent === "" ? account.security.unknownBrowser : userAgent.slice(0, 40);
  return system === undefined ? browser : account.security.browserOn(browser, system);
}
