import { SqliteConnection, type SqliteConnectionOptions } from "./sqlite-connection.ts";
import { SqliteHandle } from "./sqlite-handle.ts";

const SETTINGS = ["pragma query_only = on", "pragma trusted_schema = off"];
/** A transaction sees the rows as of its first read. */
const BEGIN = "begin";
const FIRST_READ = "select rowid from sqlite_master limit 1";
const END = "commit";

/**
 * A connection for reads that only see durable rows. While commits wait for their flush, it stays at the rows from
 * before them; it moves on when they are durable. Otherwise it reads the file as it is, including commits of other
 * processes. Two handles take turns, since a snapshot must be taken before the flush that makes it durable.
 */
export class SnapshotReader extends SqliteConnection {
  #current: SqliteHandle;
  #spare: SqliteHandle | undefined;

  /** @throws {DatabaseError} */
  constructor(options: SqliteConnectionOptions) {
    super(options);
    this.#current = super.handle;
    for (const setting of SETTINGS) this.#current.ask(setting);
  }

  protected override get handle(): SqliteHandle {
    return this.#current;
  }

  /** Call before a commit: reads stay where they are. @throws what SQLite throws */
  pin(): void {
    if (!this.#current.isTransaction) begin(this.#current);
  }

  /** Call before a flush: fixes the state that `moveOn` moves to. @throws what SQLite throws */
  pinNext(): void {
    this.#spare ??= this.#openSpare();
    begin(this.#spare);
  }

  /** Call after that flush. */
  moveOn(): void {
    const [before, next] = [this.#current, this.#spare];
    if (next === undefined) return;
    this.#current = next;
    this.#spare = before;
    release(before);
  }

  /** Call when no commit waits for a flush: reads then see the file as it is. */
  unpin(): void {
    release(this.#current);
  }

  override close(): void {
    this.#current.close();
    this.#spare?.close();
  }

  #openSpare(): SqliteHandle {
    const spare = new SqliteHandle(this.path);
    for (const setting of SETTINGS) spare.ask(setting);
    return spare;
  }
}

function begin(handle: SqliteHandle): void {
  handle.ask(BEGIN);
  try {
    handle.ask(FIRST_READ);
  } catch (error) {
    release(handle);
    throw error;
  }
}

function release(handle: SqliteHandle): void {
  if (handle.isTransaction) handle.ask(END);
}
