/** What survives being kept as JSON. */
export type NoteValue = Readonly<Record<string, unknown>>;

/** What the server has noted about its own work: where it stopped, what came of it, figures of a day. */
export interface Note {
  readonly topic: string;
  /** "" where a topic has only one. */
  readonly name: string;
  readonly value: NoteValue;
  readonly notedAt: Date;
}

export interface NoteRepository {
  find(topic: string, name: string): Promise<Note | undefined>;
  /** In place of the one of that name, if there is one. */
  set(note: Note): Promise<void>;
  /** By name, the last one first, none after `upTo`. */
  listLast(topic: string, limit: number, upTo?: string): Promise<Note[]>;
  /** Keeps so many, the last ones by name; returns how many went. */
  removeAllBut(topic: string, kept: number): Promise<number>;
}
