const NOWHERE = "http://own.invalid";
const MOST_LENGTH = 500;

/**
 * Where to continue after signing in, from the address: a path of this site, or undefined. Browsers take `//host` and
 * `/\host` for another host, and ignore line breaks and tabs in between. The page of the
 * console is after the `#`.
 */
export function ownPath(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined || text.length > MOST_LENGTH) return undefined;
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(text) || text.includes("\\")) return undefined;
  const url = URL.parse(text, NOWHERE);
  if (url === null || url.origin !== NOWHERE || url.pathname.startsWith("//")) return undefined;
  return /^\/(?:[a-z]{2}\/)?log(?:in|out)\.pl/.test(url.pathname)
    ? undefined
    : `${url.pathname}${url.search}${url.hash}`;
}
