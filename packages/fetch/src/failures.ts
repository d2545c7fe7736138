import { SourceError } from "@consigne/core";

/** The same for a name and an address, and before anything is connected: nothing is learnt about the network. */
export function addressRefused(): SourceError {
  return new SourceError(
    "address-refused",
    "This address leads into a private or local network. This server fetches from there only if its operator allows it.",
    { isFinal: true },
  );
}

export function addressInvalid(message: string): SourceError {
  return new SourceError("address-invalid", message, { isFinal: true });
}

/** The same for a closed port, a silent one and a network without a route. */
export function unreachable(host: string, cause?: unknown): SourceError {
  return new SourceError("unreachable", `Could not connect to ${host}.`, { isFinal: false, cause });
}

export function hostUnknown(host: string, cause?: unknown): SourceError {
  return new SourceError("host-unknown", `The host ${host} was not found.`, { isFinal: false, cause });
}

export function tooSlow(host: string): SourceError {
  return new SourceError("too-slow", `${host} sends too slowly, or nothing at all.`, { isFinal: false });
}

export function brokenOff(host: string, cause?: unknown): SourceError {
  return new SourceError("broken-off", `${host} ended the connection before the end of the file.`, {
    isFinal: false,
    cause,
  });
}

/** @param what the source did, as the end of a sentence that begins with its host */
export function contradiction(host: string, what: string, cause?: unknown): SourceError {
  return new SourceError("contradiction", `${host} ${what}.`, { isFinal: false, cause });
}

/** Node's parser names what it refuses by HPE codes. */
export function readFailure(host: string, error: unknown): SourceError {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (code === "HPE_HEADER_OVERFLOW") return contradiction(host, "sends an answer with too long a head", error);
  return typeof code === "string" && code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE"
    ? contradiction(host, "does not keep to the rules of HTTP, or sent more than it announced", error)
    : brokenOff(host, error);
}
