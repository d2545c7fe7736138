import { type Face, faceOfHost } from "@consigne/contract";
import { plainAddress } from "@consigne/core";
import type { FastifyRequest } from "fastify";

/** From where, and to which face, a request was made. */
export interface Caller {
  address: string;
  face: Face;
}

const FACE_HEADER = "consigne-face";

/**
 * The face follows from the header of the drop-in proxy or from the host asked for, and decides nothing but how URLs
 * are printed.
 */
export function callerOf(request: FastifyRequest, publicUrl: string): Caller {
  const named = request.headers[FACE_HEADER];
  const face = faceOfHost(typeof named === "string" ? named : undefined) ??
    faceOfHost(request.host) ?? { kind: "native" as const, publicUrl };
  return { address: plainAddress(request.ip), face };
}
