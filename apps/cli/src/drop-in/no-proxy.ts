import { interceptedDomains } from "./hosts.ts";

const loopbackNames = ["localhost", "127.0.0.1", "::1"];

/** Entries of a NO_PROXY list, which people separate by commas or spaces. */
function noProxyEntries(list: string | undefined): string[] {
  return (list ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
}

/**
 * The user's NO_PROXY without entries that would make programs bypass the drop-in, and with the loopback names.
 * Compared as Python requests does, which matches most generously: by suffix, regardless of dots.
 */
export function noProxyForPrograms(list: string | undefined): string {
  const remaining = noProxyEntries(list).filter((entry) => !coversInterceptedHost(entry));
  return [...new Set([...remaining, ...loopbackNames])].join(",");
}

function coversInterceptedHost(entry: string): boolean {
  const name = entry
    .toLowerCase()
    .replace(/:\d+$/, "")
    .replace(/^\*?\.?/, "");
  if (name === "") return true;
  return interceptedDomains.some((domain) => domain.endsWith(name) || name.endsWith(`.${domain}`));
}
