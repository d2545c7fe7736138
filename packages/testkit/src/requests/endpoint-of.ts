/** Which part of the wire a request belongs to. `api` is what flood limits count. */
export type EndpointGroup = "api" | "upload" | "direct" | "page" | "other";

/** A JSON call by its path, such as `file/ls`, or one of the other addresses by its name. */
export type EndpointName =
  | `${string}/${string}`
  | "upload.cgi"
  | "end.pl"
  | "up.pl"
  | "direct"
  | "link"
  | "dir"
  | "remove"
  | "other";

const API_CALL = /^\/v1\/([a-z_]+\/[a-z_/]+)\.cgi\/?$/;
const UPLOAD_NODE = /^(?:\/v1)?\/(upload\.cgi|end\.pl|up\.pl)\/?$/;
const EXTENSION = /^\/(x\/v1\/.+?)\/?$/;
const DIRECT = /^\/p[A-Za-z0-9]+$/;
const LANGUAGE = /^\/[a-z]{2}(?=\/|$)/;

/** Names the endpoint of a request target such as `/v1/file/ls.cgi?pretty=1`. */
export function endpointOf(target: string): { endpoint: EndpointName; group: EndpointGroup } {
  const [path = "", query = ""] = target.split("?", 2);
  const call = API_CALL.exec(path)?.[1];
  if (call !== undefined) return { endpoint: call as EndpointName, group: "api" };
  const node = UPLOAD_NODE.exec(path)?.[1];
  if (node !== undefined) return { endpoint: node as EndpointName, group: "upload" };
  const extension = EXTENSION.exec(path)?.[1];
  if (extension !== undefined) return { endpoint: extension as EndpointName, group: "other" };
  if (DIRECT.test(path)) return { endpoint: "direct", group: "direct" };
  return pageOf(path.replace(LANGUAGE, ""), query);
}

function pageOf(path: string, query: string): { endpoint: EndpointName; group: EndpointGroup } {
  if (path.startsWith("/dir/")) return { endpoint: "dir", group: "page" };
  if (path.startsWith("/remove/")) return { endpoint: "remove", group: "page" };
  if (path.replace("/", "") === "" && query !== "") return { endpoint: "link", group: "page" };
  return { endpoint: "other", group: "other" };
}
