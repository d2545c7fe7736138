import { type FetchCodeOfHost, type FetchMessage, SourceError } from "@consigne/core";

/**
 * The same for a name and an address, and before anything is connected, so that it reveals nothing about the network.
 */
export function addressRefused(): SourceError {
  return new SourceError("address-refused", { code: "address-refused" }, { isFinal: true });
}

export function addressInvalid(reason: FetchMessage): SourceError {
  return new SourceError("address-invalid", reason, { isFinal: true });
}

/** The same for a closed port, a silent one and a network without a route. */
export function unreachable(host: string, cause?: unknown): SourceError {
  return new SourceError("unreachable", { code: "unreachable", host }, { isFinal: false, cause });
}

export function hostUnknown(host: string, cause?: unknown): SourceError {
  return new SourceError("host-unknown", { code: "host-unknown", host }, { isFinal: false, cause });
}

export function tooSlow(host: string): SourceError {
  return new SourceError("too-slow", { code: "too-slow", host }, { isFinal: false });
}

export function brokenOff(host: string, cause?: unknown): SourceError {
  return new SourceError("broken-off", { code: "broken-off", host }, { isFinal: false, cause });
}

/** @param code what the source did wrong */
export function contradiction(host: string, code: FetchCodeOfHost, cause?: unknown): SourceError {
  return new SourceError("contradiction", { code, host }, { isFinal: false, cause });
}

/** Node's parser uses HPE codes for what it refuses. */
export function readFailure(host: string, error: unknown): SourceError {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (code === "HPE_HEADER_OVERFLOW") return contradiction(host, "head-too-long", error);
  return typeof code === "string" && code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE"
    ? contradiction(host, "not-http", error)
    : brokenOff(host, error);
}
