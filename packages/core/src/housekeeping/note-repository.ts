/** A value that can be stored as JSON. */
export type NoteValue = Readonly<Record<string, unknown>>;

/** What the server remembers about its own work: positions, results, daily figures. */
export interface Note {
  readonly topic: string;
  /** "" if a topic has only one. */
  readonly name: string;
  readonly value: NoteValue;
  readonly notedAt: Date;
}

export interface NoteRepository {
  find(topic: string, name: string): Promise<Note | undefined>;
  /** Replaces the note of that name, if there is one. */
  set(note: Note): Promise<void>;
  /** Ordered by name, last first, none after `upTo`. */
  listLast(topic: string, limit: number, upTo?: string): Promise<Note[]>;
  /** Keeps this many, the last ones by name; returns how many were removed. */
  removeAllBut(topic: string, most: number): Promise<number>;
}
