import type { Pace } from "../calls/paced-exchange.ts";
import type { ServerAddress } from "../calls/server-address.ts";
import type { ServerDescription } from "../calls/server-description.ts";
import type { ServerInquiry } from "../calls/server-inquiry.ts";
import { type LaneInput, laneOf } from "./lanes.ts";
import { announcedLimits } from "./pace-limits.ts";
import type { PaceRate } from "./pacer.ts";

/** JDownloader requests 1fichier.com's site every 2.5 s, and was told that once a second is fine. */
const pageRate: PaceRate = { callsPerSecond: 1, burst: 1 };

export interface PagePacingInput {
  address: ServerAddress;
  /** Of a client without a key: pages need none. */
  lane: Omit<LaneInput, "host" | "apiKey">;
  inquiry: ServerInquiry;
  fetch: typeof fetch;
}

/** How public pages are paced, of whatever host a link leads to. */
export class PagePacing {
  readonly #input: PagePacingInput;

  constructor(input: PagePacingInput) {
    this.#input = input;
  }

  async paceOf(host: string): Promise<Pace> {
    const lane = laneOf({ ...this.#input.lane, host, apiKey: undefined });
    const description = await this.#describe(host);
    if (description === undefined) return { pacer: lane.shared, rate: pageRate, intervals: [] };
    // Consigne counts a listing by strangers like a call.
    const { rate } = announcedLimits(description);
    return { pacer: rate === undefined ? lane.own : lane.shared, rate, intervals: [] };
  }

  /** Undefined for a host that does not announce its limits. */
  async #describe(host: string): Promise<ServerDescription | undefined> {
    const { address, inquiry, fetch } = this.#input;
    if (address.isOriginal || new URL(address.origin).host !== host) return undefined;
    try {
      return await inquiry.ask(address.origin, fetch);
    } catch {
      // The page will have the same problem, and report it.
      return undefined;
    }
  }
}
