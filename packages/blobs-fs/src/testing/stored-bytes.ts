import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Accesses a store's files directly, and damages them: only for tests. Knows where blobs are, packed and as files. The
 * server may run meanwhile.
 */
export class StoredBytes implements Disposable {
  readonly #blobs: string;
  readonly #pack: string;
  #opened: DatabaseSync | undefined;

  /** @param folder of the store, `bytes` in a data folder */
  constructor(folder: string) {
    this.#blobs = join(folder, "blobs");
    this.#pack = join(folder, "packs", "small.sqlite");
  }

  keys(): string[] {
    const files = readdirSync(this.#blobs, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    const packed = this.#database()?.prepare("select key from names").all() ?? [];
    return [...files.map(({ name }) => name), ...packed.map((row) => String(row["key"]))];
  }

  /** Undefined if there are none. */
  find(key: string): Buffer | undefined {
    if (existsSync(this.#path(key))) return readFileSync(this.#path(key));
    const sql = "select bytes from bytes where id = (select id from names where key = ?)";
    const bytes = this.#database()?.prepare(sql).get(key)?.["bytes"];
    return bytes instanceof Uint8Array ? Buffer.from(bytes) : undefined;
  }

  /** The key of the only blob with these bytes. */
  keyOf(bytes: Uint8Array | string): string {
    const found = this.keys().find((key) => this.find(key)?.equals(Buffer.from(bytes)));
    if (found === undefined) throw new Error("No blob has these bytes.");
    return found;
  }

  /** Replaces the bytes with others of any length, even if they are gone. */
  replace(key: string, bytes: Uint8Array | string): void {
    const buffer = Buffer.from(bytes);
    if (existsSync(this.#path(key))) return writeFileSync(this.#path(key), buffer);
    if (this.find(key) === undefined) {
      this.#change("insert into names select ?, coalesce(max(id), 0) + 1, 0, 0 from names", key);
      this.#change("insert into bytes select id, key, x'' from names where key = ?", key);
    }
    this.#change("update bytes set bytes = ? where id = (select id from names where key = ?)", buffer, key);
    this.#change("update names set size_bytes = ? where key = ?", buffer.length, key);
  }

  remove(key: string): void {
    if (existsSync(this.#path(key))) return rmSync(this.#path(key));
    this.#change("delete from bytes where id = (select id from names where key = ?)", key);
    this.#change("delete from names where key = ?", key);
  }

  /** Makes them look as if they had been stored then. */
  date(key: string, storedAt: Date): void {
    if (existsSync(this.#path(key))) return utimesSync(this.#path(key), storedAt, storedAt);
    this.#change("update names set stored_at = ? where key = ?", storedAt.getTime(), key);
  }

  [Symbol.dispose](): void {
    this.#opened?.close();
  }

  #path(key: string): string {
    return join(this.#blobs, key.slice(0, 2), key);
  }

  #change(sql: string, ...values: (string | number | Uint8Array)[]): void {
    const changed = this.#database()
      ?.prepare(sql)
      .run(...values);
    if (changed?.changes !== 1) throw new Error("There is no such blob.");
  }

  #database(): DatabaseSync | undefined {
    if (this.#opened === undefined && existsSync(this.#pack)) {
      const opened = new DatabaseSync(this.#pack, { timeout: 10_000 });
      // If a server was killed while creating the file, it is empty.
      if (opened.prepare("pragma user_version").get()?.["user_version"] === 1) this.#opened = opened;
      else opened.close();
    }
    return this.#opened;
  }
}
