import { type Face, faceOfHost } from "@consigne/contract";
import { type Actor, isAccountActor, matchesAnyAddress, plainAddress } from "@consigne/core";
import type { FastifyRequest } from "fastify";
import type { EdgeSettings } from "../edge-settings.ts";
import { forwardedAddress } from "./forwarded-address.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set once the caller is identified. */
    actor: Actor | undefined;
    /** When that was, in elapsed time, if the body was still to come. */
    identifiedAtMs: number | undefined;
    /** Cached by `addressOf`. */
    address: string | undefined;
  }
}

/** The address that a request came from, and the host names that it used. */
export interface Caller {
  address: string;
  face: Face;
}

const FACE_HEADER = "consigne-face";
const HOSTS_REMEMBERED = 100;
const faces = new Map<string, Face | undefined>();

/**
 * The face follows from the header of the drop-in proxy or from the requested host, and only decides how URLs are
 * written.
 */
export function callerOf(request: FastifyRequest, settings: Pick<EdgeSettings, "publicUrl">): Caller {
  const named = request.headers[FACE_HEADER];
  const face = (typeof named === "string" ? rememberedFace(named) : undefined) ??
    rememberedFace(request.host) ?? { kind: "native" as const, publicUrl: publicUrlFor(request, settings) };
  return { address: addressOf(request), face };
}

/** Base of links that this caller can use. */
export function publicUrlFor(
  { protocol, host, socket }: Pick<FastifyRequest, "protocol" | "host" | "socket">,
  { publicUrl }: Pick<EdgeSettings, "publicUrl">,
): string {
  return publicUrl({ protocol, host, localAddress: socket.localAddress });
}

/**
 * The caller's address, computed once: behind trusted proxies that means parsing a header. If the last proxy names no
 * address, the caller counts as that proxy.
 */
export function addressOf(request: FastifyRequest): string {
  request.address ??= lastAddressOf(request.ips) ?? plainAddress(request.ip);
  return request.address;
}

/** From our peer to the caller. */
function lastAddressOf(chain: readonly string[] = []): string | undefined {
  for (const entry of chain.toReversed()) {
    const address = forwardedAddress(entry);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** Whether an address in that chain is a proxy that may name the next one. */
export function isTrustedProxy(entry: string, trustedProxies: readonly string[]): boolean {
  const address = forwardedAddress(entry);
  return address !== undefined && matchesAnyAddress(address, trustedProxies);
}

/** True for an account; false for guests, and before anybody was identified. */
export function isKnownCaller({ actor }: Pick<FastifyRequest, "actor">): boolean {
  return actor !== undefined && isAccountActor(actor);
}

/** Callers use the same few hosts; one that sends ever new ones only empties the cache. */
function rememberedFace(host: string): Face | undefined {
  if (faces.has(host)) return faces.get(host);
  const face = faceOfHost(host);
  if (faces.size >= HOSTS_REMEMBERED) faces.clear();
  faces.set(host, face);
  return face;
}
