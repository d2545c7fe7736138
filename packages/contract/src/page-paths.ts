import type { PageEndpoint } from "./page-endpoint.ts";

/** The language prefix of 1fichier.com's paths. For languages that we do not have, pages are in English. */
const LANGUAGE_PATTERN = "[a-z]{2}";
const PARAMETER = /\{(\w+)\}/;

/** A piece of a path: literal text, or a parameter with the regular expression of its values, if any. */
export type PathPart = string | { readonly name: string; readonly pattern: string | undefined };

type Address = Pick<PageEndpoint, "path" | "alsoAt"> & Partial<Pick<PageEndpoint, "parameters">>;

/** Every path of a page, split at its parameters and without a slash at the end. */
export function pathsOf(address: Address): PathPart[][] {
  return [address.path, ...(address.alsoAt ?? [])].map((path) =>
    path
      .replace(/(?<=.)\/$/, "")
      .split(PARAMETER)
      .map((piece, index) => (index % 2 === 0 ? piece : { name: piece, pattern: patternOf(piece, address) })),
  );
}

function patternOf(name: string, { parameters = [] }: Address): string | undefined {
  if (name === "language") return LANGUAGE_PATTERN;
  return parameters.find((parameter) => parameter.in === "path" && parameter.name === name)?.pattern;
}
