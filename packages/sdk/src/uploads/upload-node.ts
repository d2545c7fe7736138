import { UploadFailedError } from "../errors.ts";

/** The node that takes one upload. */
export interface UploadNode {
  /** `upload.cgi` with the id of the upload. */
  uploadUrl: string;
  reportUrl: string;
  id: string;
}

/** Letters and digits, ports and IPv6 addresses included; no path, no user. */
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const ID = /^[A-Za-z0-9]{1,64}$/;

/**
 * The node that `get_upload_server` names. The answer is a bare host, meant for https (clients put that before it); a
 * self-hosted server may use plain HTTP there, as the URL of its API shows.
 * @throws {UploadFailedError} the answer names no host
 */
export function uploadNode(answer: { url: string; id: string }, apiUrl: string): UploadNode {
  const [, scheme, host = ""] = /^(?:(https?):\/\/)?(.*?)\/?$/is.exec(answer.url) ?? [];
  if (!HOST.test(host) || !ID.test(answer.id)) {
    throw new UploadFailedError("The server named no usable upload node; nothing was sent.");
  }
  const base = `${schemeFor(host, scheme, new URL(apiUrl))}//${host}`;
  return {
    id: answer.id,
    uploadUrl: `${base}/upload.cgi?id=${answer.id}`,
    reportUrl: reportUrlAt(base, answer.id),
  };
}

/** `end.pl` on the host of any other URL of the node. */
export function reportUrlAt(nodeUrl: string, id: string): string {
  return new URL(`/end.pl?xid=${id}`, nodeUrl).href;
}

/** If the API is called with TLS, the key is not sent to a node in the clear. */
function schemeFor(host: string, named: string | undefined, api: URL): "http:" | "https:" {
  if (api.protocol === "https:") return "https:";
  if (named !== undefined) return named.toLowerCase() === "http" ? "http:" : "https:";
  const isApiHost = new URL(`http://${host}`).hostname === api.hostname;
  return isApiHost || /:\d+$/.test(host) ? "http:" : "https:";
}
