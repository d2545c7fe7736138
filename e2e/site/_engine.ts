import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../_until.ts";

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
