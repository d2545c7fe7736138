import type { Import } from "@consigne/sdk";

/** The source in its usual short form. */
export const sourceOf = ({ source, path }: Import): string => (path === "" ? source : `${source} ${path}`);
