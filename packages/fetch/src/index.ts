export type { FetchBounds } from "./bounds.ts";
export { createGuardedFetch } from "./guarded-fetch.ts";
export type { ResolveHost } from "./host-addresses.ts";
export { createSourceFetcher } from "./source-fetcher.ts";
