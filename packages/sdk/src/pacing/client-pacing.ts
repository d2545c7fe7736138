import type { EndpointName } from "@consigne/contract";
import type { Pace } from "../calls/paced-exchange.ts";
import type { ServerAddress } from "../calls/server-address.ts";
import type { ServerDescription } from "../calls/server-description.ts";
import type { ServerInquiry } from "../calls/server-inquiry.ts";
import type { PacingOptions } from "../client-options.ts";
import type { Lane } from "./lanes.ts";
import { announcedLimits, cautiousLimits, cautiousRate, intervalsOf, type PaceLimits } from "./pace-limits.ts";
import type { CallInterval } from "./pacer.ts";

export interface ClientPacingInput {
  address: ServerAddress;
  options: PacingOptions;
  lane: Lane;
  inquiry: ServerInquiry;
  fetch: typeof fetch;
}

/** How the calls of one client are paced: by what the server announces and what the caller asked for. */
export class ClientPacing {
  readonly #input: ClientPacingInput;

  constructor(input: ClientPacingInput) {
    this.#input = input;
  }

  async paceOf(name: EndpointName | undefined, body: object): Promise<Pace> {
    const limits = await this.#limits();
    const intervals = name === undefined ? [] : intervalsOf(limits, name, body);
    const { lane } = this.#input;
    const hasLimits = limits.rate !== undefined || intervals.length > 0;
    return { pacer: hasLimits ? lane.shared : lane.own, rate: limits.rate, intervals };
  }

  async intervalsOf(name: EndpointName, body: object): Promise<readonly CallInterval[]> {
    return intervalsOf(await this.#limits(), name, body);
  }

  async #limits(): Promise<PaceLimits> {
    const { callsPerSecond, burst } = this.#input.options;
    const limits = await this.#serverLimits();
    if (callsPerSecond === undefined && burst === undefined) return limits;
    const base = limits.rate ?? { ...cautiousRate, callsPerSecond: Infinity };
    const rate = { callsPerSecond: callsPerSecond ?? base.callsPerSecond, burst: Math.max(1, burst ?? base.burst) };
    return { ...limits, rate: Number.isFinite(rate.callsPerSecond) ? rate : undefined };
  }

  async #serverLimits(): Promise<PaceLimits> {
    const { address, inquiry, fetch } = this.#input;
    if (address.isOriginal) return cautiousLimits;
    let description: ServerDescription | undefined;
    try {
      description = await inquiry.ask(address.origin, fetch);
    } catch {
      // The call itself will have the same problem, and report it.
      return cautiousLimits;
    }
    return description === undefined ? cautiousLimits : announcedLimits(description);
  }
}
