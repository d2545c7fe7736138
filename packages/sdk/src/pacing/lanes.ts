import { laneName, openSharedStore } from "#pace-store";
import { ServerInquiry } from "../calls/server-inquiry.ts";
import { AnswerMemory } from "./answer-memory.ts";
import type { Clock } from "./clock.ts";
import { LanePacer } from "./lane-pacer.ts";
import { MemoryPaceStore, type PaceStore } from "./pace-store.ts";

/** What all clients of this process with the same key and host share. */
export interface Lane {
  /** Shared with other processes if that is wanted and possible. */
  shared: LanePacer;
  /** Of this process only, for servers without limits: nothing to share, so no file is touched. */
  own: LanePacer;
  memory: AnswerMemory;
  /** Listings in progress. */
  running: Map<string, Promise<unknown>>;
}

export interface LaneInput {
  host: string;
  apiKey: string | undefined;
  clock: Clock;
  isShared: boolean;
  stateFolder: string | undefined;
  onTrouble: (error: unknown) => void;
}

/** By clock: each clock has its own stores and lanes. */
const worlds = new WeakMap<Clock, { stores: Map<string, PaceStore>; lanes: Map<string, Lane> }>();
const inquiries = new WeakMap<Clock, Map<string, ServerInquiry>>();

export function laneOf(input: LaneInput): Lane {
  const { host, apiKey, clock, isShared, stateFolder } = input;
  const world = worlds.get(clock) ?? { stores: new Map<string, PaceStore>(), lanes: new Map<string, Lane>() };
  worlds.set(clock, world);
  const place = isShared ? `shared ${stateFolder ?? ""}` : "own";
  const lane = laneName(host, apiKey);
  return remembered(world.lanes, `${place}\n${host}\n${lane}`, () => {
    const own = () => new MemoryPaceStore();
    const ownStore = remembered(world.stores, `own\n${host}`, own);
    const sharedStore = remembered(world.stores, `${place}\n${host}`, () => (isShared ? openStore(input) : ownStore));
    return {
      shared: new LanePacer({ store: sharedStore, lane, clock }),
      own: new LanePacer({ store: ownStore, lane, clock }),
      memory: new AnswerMemory(),
      running: new Map(),
    };
  });
}

/** One inquiry for each server, whatever the key. */
export function inquiryOf(clock: Clock, origin: string): ServerInquiry {
  const ofClock = inquiries.get(clock) ?? new Map<string, ServerInquiry>();
  inquiries.set(clock, ofClock);
  return remembered(ofClock, origin, () => new ServerInquiry(clock));
}

const openStore = ({ host, stateFolder, onTrouble }: LaneInput): PaceStore =>
  openSharedStore({ host, folder: stateFolder, onTrouble }) ?? new MemoryPaceStore();

function remembered<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = make();
  map.set(key, created);
  return created;
}
