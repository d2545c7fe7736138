import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export type Json = string | number | boolean | null | readonly Json[];

/** A key or a mouse button, in the form of both WebDriver and WebDriver BiDi. */
export interface Step {
  type: "keyDown" | "keyUp" | "pointerMove" | "pointerDown" | "pointerUp";
  value?: string;
  button?: number;
  x?: number;
  y?: number;
}

/** A browser with one window, under remote control, with its own home folder. */
export interface Engine extends AsyncDisposable {
  /** Its download folder. */
  readonly downloads: string;
  /** Waits until the page has loaded. */
  open(url: string): Promise<void>;
  /** @param script a function as text; its result is awaited and returned as JSON */
  run(script: string, ...args: Json[]): Promise<unknown>;
  perform(device: "key" | "pointer", steps: readonly Step[]): Promise<void>;
  /** Does what opens the browser's file dialog, and selects these files in it. */
  choose(paths: readonly string[], opening: () => Promise<void>): Promise<void>;
}

const PATIENCE_MS = 30_000;
const BETWEEN_LOOKS_MS = 50;

/** Retries until there is a result, because a changing page may be queried at any moment. */
export async function until<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> {
  let reason: unknown;
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(BETWEEN_LOOKS_MS)) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      reason = undefined;
    } catch (error) {
      // For example because the page is just being left.
      reason = error;
    }
  }
  throw new Error(`Waited in vain for ${what}`, { cause: reason });
}

/** The bytes of a download, once it is complete. */
export function downloaded(engine: Engine, name: string, sizeBytes: number): Promise<Buffer> {
  return until(`the download ${name}`, async () => {
    const bytes = await readFile(join(engine.downloads, name));
    return bytes.length === sizeBytes ? bytes : undefined;
  });
}

/** Ends a program and waits until it has ended. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill();
  await ended;
}
