import { endpoints } from "./endpoints.ts";
import type { Endpoint } from "./endpoint.ts";
import type { PageEndpoint } from "./page-endpoint.ts";
import { pageEndpoints } from "./page-endpoints.ts";
import { type PathPart, pathsOf } from "./page-paths.ts";

const methodsByPattern: [RegExp, readonly string[]][] = [
  ...Object.values<Endpoint>(endpoints),
  ...Object.values<PageEndpoint>(pageEndpoints),
]
  .filter(({ availability }) => availability === "implemented")
  .flatMap((address) =>
    pathsOf(address).map((parts): [RegExp, readonly string[]] => [wholePath(parts), address.methods]),
  );

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** The methods a URL accepts; undefined if it is not in the contract. */
export function methodsAt(path: string): readonly string[] | undefined {
  const all = methodsByPattern.filter(([pattern]) => pattern.test(path)).flatMap(([, methods]) => methods);
  return all.length === 0 ? undefined : METHODS.filter((method) => all.includes(method));
}

function wholePath(parts: readonly PathPart[]): RegExp {
  const sources = parts.map((part) => (typeof part === "string" ? escaped(part) : `(?:${part.pattern ?? "[^/]+"})`));
  return new RegExp(`^${sources.join("").replace(/\/$/, "")}/?$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^$()|[\]\\{}]/g, "\\$&");
}
