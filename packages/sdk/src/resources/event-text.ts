import { findNumber, fieldsOf } from "./wire-values.ts";

/** What changed. `id` is a string of the server, to resume after. */
export type AccountEvent = { id: string } & (
  | {
      /** `ready`: connected, and up to date. `reset`: more was missed than the server keeps, so reload everything. */
      kind: "ready" | "reset" | "trash";
    }
  /** A folder, your own or one that somebody shares with you: its contents, its name or its figures. */
  | { kind: "folder"; folderId: number }
  /** Somebody started or stopped sharing this folder with the caller, or changed the rights: see `shares.received`. */
  | { kind: "share"; folderId: number }
  | { kind: "remoteUpload"; requestId: number }
  | { kind: "import"; importId: number }
);

/** Our events are far shorter. */
const LONGEST_EVENT = 65_536;

/** Parses server-sent events from a text that arrives in pieces. */
export class EventText {
  #text = "";

  /** @throws {RangeError} the text is not a stream of events */
  take(piece: string): AccountEvent[] {
    const blocks = (this.#text + piece).split(/\r?\n\r?\n/);
    this.#text = blocks.pop() ?? "";
    if (this.#text.length > LONGEST_EVENT) throw new RangeError("An event of the stream is too long.");
    return blocks.flatMap((block) => eventOf(block) ?? []);
  }
}

/** Undefined for a comment, and for events of a later server. */
function eventOf(block: string): AccountEvent | undefined {
  const fields = new Map(
    block.split(/\r?\n/).map((line) => {
      const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      return [name, value];
    }),
  );
  const id = fields.get("id") ?? "";
  const event = fields.get("event");
  if (event === "ready" || event === "reset" || event === "trash") return { id, kind: event };
  const data = fieldsOf(parsed(fields.get("data")));
  if (event === "folder" || event === "share") {
    const folderId = findNumber(data["folder_id"]);
    return folderId === undefined ? undefined : { id, kind: event, folderId };
  }
  const number = findNumber(data["id"]);
  if (number === undefined) return undefined;
  if (event === "remote") return { id, kind: "remoteUpload", requestId: number };
  return event === "import" ? { id, kind: "import", importId: number } : undefined;
}

function parsed(text = "{}"): object {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null ? data : {};
  } catch {
    return {};
  }
}
