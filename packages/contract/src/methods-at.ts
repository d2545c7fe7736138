import { endpoints } from "./endpoints.ts";
import type { Endpoint } from "./endpoint.ts";
import type { PageEndpoint } from "./page-endpoint.ts";
import { pageEndpoints } from "./page-endpoints.ts";

type Address = Pick<PageEndpoint, "path" | "alsoAt" | "methods" | "availability"> | Endpoint;

const methodsByPattern: [RegExp, readonly string[]][] = [
  ...Object.values<Address>(endpoints),
  ...Object.values<Address>(pageEndpoints),
]
  .filter(({ availability }) => availability === "implemented")
  .flatMap((address) => {
    const paths = [address.path, ...("alsoAt" in address ? (address.alsoAt ?? []) : [])];
    return paths.map((path): [RegExp, readonly string[]] => [patternOf(path), address.methods]);
  });

/** The methods an address takes; undefined where nothing of the contract is. */
export function methodsAt(path: string): readonly string[] | undefined {
  return methodsByPattern.find(([pattern]) => pattern.test(path))?.[1];
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/\/$/, "").replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace("{language}", "[a-z][a-z]").replace(/\{\w+\}/g, "[A-Za-z0-9]+")}/?$`);
}
