import type { Import } from "@consigne/sdk";

/** Where it comes from, as short as people know it. */
export const sourceOf = ({ source, path }: Import): string => (path === "" ? source : `${source} ${path}`);
