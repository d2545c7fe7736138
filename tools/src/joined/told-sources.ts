import type { EventEmitter } from "node:events";
import type { JoinedTests } from "./joined-tests.ts";

/** The location fields of node:test events. */
interface PlacedEvent {
  /** If a whole file failed, the name is its path. */
  name?: string;
  file?: string;
  line?: number;
  column?: number;
  message?: string;
  details?: { error?: unknown };
}

const placedEvents = "enqueue dequeue start pass fail complete plan diagnostic stderr stdout summary".split(" ");

/** Makes a run of joined files report their sources. Must be called before anybody else listens to it. */
export function tellSources(run: EventEmitter, joined: JoinedTests): void {
  for (const type of placedEvents) run.on(`test:${type}`, (event: PlacedEvent) => tellSource(event, joined));
}

function tellSource(event: PlacedEvent, joined: JoinedTests): void {
  const { file, line, column } = event;
  if (file !== undefined) {
    const found = joined.places.find({ path: file, line: line ?? 1, column: column ?? 1 });
    event.file = line === undefined || found === undefined ? joined.sourceOf(file) : found.path;
    if (line !== undefined && found !== undefined) [event.line, event.column] = [found.line, found.column];
  }
  if (event.name !== undefined) event.name = joined.sourceOf(event.name);
  if (event.message !== undefined) event.message = joined.places.inText(event.message);
  joined.places.inError(event.details?.error);
}
