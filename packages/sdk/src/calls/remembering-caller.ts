import type { EndpointName } from "@consigne/contract";
import type { AnswerMemory } from "../pacing/answer-memory.ts";
import { type Clock, steadyMs } from "../pacing/clock.ts";
import type { CallInterval } from "../pacing/pacer.ts";
import { fieldsOf } from "../resources/wire-values.ts";
import type { ApiCaller, CallAnswer, CallOptions, CallRequest, PathCallOptions } from "./api-caller.ts";
import { unlessAborted } from "../wait.ts";

export interface RememberingSettings {
  /** Shared by all clients of the same key and host. */
  memory: AnswerMemory;
  running: Map<string, Promise<unknown>>;
  clock: Clock;
  /** False: the memory is kept up to date for other clients, but calls are not answered from it. */
  answersFromMemory: boolean;
  intervalsOf(name: EndpointName, body: object): Promise<readonly CallInterval[]>;
}

/** Answers from memory while the server must not be asked again. */
export class RememberingCaller implements ApiCaller {
  readonly #inner: ApiCaller;
  readonly #settings: RememberingSettings;

  constructor(inner: ApiCaller, settings: RememberingSettings) {
    this.#inner = inner;
    this.#settings = settings;
  }

  async call<Name extends EndpointName>(
    name: Name,
    body: CallRequest<Name>,
    options: CallOptions = {},
  ): Promise<CallAnswer<Name>> {
    if (isRemembered(name, body)) return (await this.#ask(name, body, options)) as CallAnswer<Name>;
    const { memory } = this.#settings;
    memory.noteCall(name, body);
    try {
      return await this.#inner.call(name, body, options);
    } finally {
      // Whatever was listed while it ran may be outdated.
      memory.noteCall(name, body);
    }
  }

  async callPath(path: string, body: object, options?: PathCallOptions): Promise<Record<string, unknown>> {
    const { memory } = this.#settings;
    // It may change anything.
    memory.forgetAll();
    try {
      return await this.#inner.callPath(path, body, options);
    } finally {
      memory.forgetAll();
    }
  }

  noteChange(folderId: number): void {
    this.#settings.memory.noteChange(folderId);
  }

  async #ask<Name extends EndpointName>(name: Name, body: CallRequest<Name>, options: CallOptions): Promise<object> {
    const { memory, running, clock, answersFromMemory } = this.#settings;
    const intervals = await this.#settings.intervalsOf(name, body);
    if (intervals.length === 0) return this.#inner.call(name, body, options);
    const key = `${name} ${JSON.stringify(body, Object.keys(body).toSorted())}`;
    const isAllowed = answersFromMemory && options.isFresh !== true;
    // The same call is in progress: a second one would have to wait for the whole interval.
    while (isAllowed && running.has(key)) await settled(running.get(key), options.signal);
    const known = isAllowed ? memory.find(key, steadyMs(clock)) : undefined;
    if (known !== undefined) return known;
    const { changes } = memory;
    const asked = this.#inner.call(name, body, options);
    running.set(key, asked);
    try {
      const answer = await asked;
      const untilMs = steadyMs(clock) + Math.max(...intervals.map(({ ms }) => ms));
      memory.keep(key, answer, { untilMs, folderId: folderOf(name, body), changes });
      return answer;
    } finally {
      if (running.get(key) === asked) running.delete(key);
    }
  }
}

/** Read calls with an interval. `userInfo` with settings is a change. */
function isRemembered(name: EndpointName, body: object): boolean {
  if (name === "fileLs") return true;
  return name === "userInfo" && Object.keys(body).every((field) => field === "pretty");
}

const folderOf = (name: EndpointName, body: object): number | undefined =>
  name === "fileLs" ? Number(fieldsOf(body)["folder_id"] ?? 0) : undefined;

/** Resolves however the promise settles; rejects with the signal's reason. */
function settled(promise: Promise<unknown> | undefined, signal: AbortSignal | undefined): Promise<void> {
  const noop = (): void => {};
  return unlessAborted(Promise.resolve(promise).then(noop, noop), signal);
}
