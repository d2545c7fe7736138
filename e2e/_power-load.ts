import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Dice } from "./_proof.ts";
import type { AnswerPlace } from "./_recorded-run.ts";
import { type PlacedAnswer, TracedCaller } from "./_traced-caller.ts";

const LARGEST_FILE_BYTES = 100_000;
const MOST_FILES = 5;

export const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The contents of one person's folder and related data; plain values, so that two can be compared. */
export interface Holdings {
  /** Digest of the bytes and number of tokens, by name. */
  files: Record<string, { digest: string; tokens: number; isProtected: boolean }>;
  folders: string[];
  keys: string[];
  /** Digests of received parts of incomplete uploads, by name. */
  parts: Record<string, string | null>;
}

export const nothing = (): Holdings => ({ files: {}, folders: [], keys: [], parts: {} });

/** Something that was requested and acknowledged, and the state it guarantees. */
export interface Acknowledged {
  kind: string;
  place: AnswerPlace;
  holdings: Holdings;
}

/** A caller that calls continuously, waiting for each answer; nobody else changes its data. */
export class Person {
  readonly name: string;
  readonly acknowledged: Acknowledged[] = [];
  readonly #caller: TracedCaller;
  readonly #dice: Dice;
  #folderId = 0;
  readonly #urls = new Map<string, string>();
  readonly #folderIds = new Map<string, number>();
  #holdings = nothing();
  #count = 0;

  /** @param localAddress as for `TracedCaller` */
  constructor(
    name: string,
    { url, apiKey, localAddress }: { url: string; apiKey: string; localAddress: string },
    dice: Dice,
  ) {
    this.name = name;
    this.#dice = dice;
    this.#caller = new TracedCaller(url, { headers: { authorization: `Bearer ${apiKey}` }, localAddress });
  }

  /** Makes the folder for everything that follows. */
  async begin(): Promise<void> {
    const made = await this.#caller.ok("folder/mkdir", { name: this.name, folder_id: 0 });
    this.#folderId = Number(made.json["folder_id"]);
    this.#note("begin", made, {});
  }

  /** Each kind once, then more at random. */
  async run(more: number): Promise<void> {
    const kinds = [
      this.#upload,
      this.#makeFolder,
      this.#token,
      this.#rename,
      this.#protect,
      this.#sendPart,
      this.#makeKey,
      this.#remove,
      this.#removeFolder,
      this.#upload,
    ];
    for (const kind of kinds) await kind.call(this);
    for (let count = 0; count < more; count++) await kinds[this.#dice.whole(0, kinds.length)]?.call(this);
  }

  async #upload(): Promise<void> {
    const files = new Map<string, Buffer>();
    for (let count = this.#dice.whole(1, MOST_FILES + 1); count > 0; count--) {
      files.set(this.#newName("bin"), this.#dice.bytes(this.#dice.whole(1, LARGEST_FILE_BYTES)));
    }
    const answer = await this.#caller.upload(files, this.#folderId);
    const added = [...files].map(([name, bytes]) => [name, fileOf(bytes)] as const);
    this.#note("upload", answer, { files: { ...this.#holdings.files, ...Object.fromEntries(added) } });
    const location = String(answer.headers["location"]);
    const report = await this.#caller.send(location, { method: "GET", headers: { JSON: "1" } });
    assert.equal(report.status, 200, report.text);
    for (const { filename, download } of report.json["links"] as { filename: string; download: string }[]) {
      this.#urls.set(filename, download);
    }
  }

  async #makeFolder(): Promise<void> {
    const name = this.#newName("folder");
    const answer = await this.#caller.ok("folder/mkdir", { name, folder_id: this.#folderId });
    this.#folderIds.set(name, Number(answer.json["folder_id"]));
    this.#note("mkdir", answer, { folders: [...this.#holdings.folders, name] });
  }

  async #removeFolder(): Promise<void> {
    const name = this.#holdings.folders[0];
    if (name === undefined) return this.#makeFolder();
    const answer = await this.#caller.ok("folder/rm", { folder_id: this.#folderIds.get(name) });
    this.#note("folder/rm", answer, { folders: this.#holdings.folders.slice(1) });
  }

  async #token(): Promise<void> {
    const [name, url] = this.#aFile();
    const answer = await this.#caller.ok("download/get_token", { url });
    const file = this.#fileNamed(name);
    const files = { ...this.#holdings.files, [name]: { ...file, tokens: file.tokens + 1 } };
    this.#note("get_token", answer, { files });
  }

  async #rename(): Promise<void> {
    const [name, url] = this.#aFile();
    const other = this.#newName("renamed");
    const answer = await this.#caller.ok("file/rename", { urls: [{ url, filename: other }] });
    this.#urls.delete(name);
    this.#urls.set(other, url);
    const { [name]: file, ...files } = this.#holdings.files;
    this.#note("rename", answer, { files: { ...files, ...(file === undefined ? {} : { [other]: file }) } });
  }

  /** Ends the tokens that were made without the password. */
  async #protect(): Promise<void> {
    const [name, url] = this.#aFile();
    const answer = await this.#caller.ok("file/chattr", { urls: [url], pass: "a word that opens it" });
    const files = { ...this.#holdings.files, [name]: { ...this.#fileNamed(name), isProtected: true, tokens: 0 } };
    this.#note("password", answer, { files });
  }

  async #remove(): Promise<void> {
    const [name, url] = this.#aFile();
    const answer = await this.#caller.ok("file/rm", { files: [{ url }] });
    this.#urls.delete(name);
    const { [name]: _gone, ...files } = this.#holdings.files;
    this.#note("rm", answer, { files });
  }

  async #makeKey(): Promise<void> {
    const name = `${this.name} ${this.#newName("key")}`;
    const answer = await this.#caller.ok("/x/v1/keys/add", { name, template: "read-only" });
    this.#note("key", answer, { keys: [...this.#holdings.keys, name] });
  }

  /** The last part of a file may be short, and a file may have only one. */
  async #sendPart(): Promise<void> {
    const filename = this.#newName("parts");
    const bytes = this.#dice.bytes(this.#dice.whole(1, LARGEST_FILE_BYTES));
    const fields = { filename, size: bytes.length, folder_id: this.#folderId };
    const begun = await this.#caller.ok("/x/v1/uploads/create", fields);
    const { id } = begun.json["upload"] as { id: string };
    const { parts } = this.#holdings;
    this.#note("create", begun, { parts: { ...parts, [filename]: null } });
    const digest = createHash("sha256").update(bytes);
    const sent = await this.#caller.send(`/x/v1/uploads/${id}/1`, {
      method: "PUT",
      headers: { "content-digest": `sha-256=:${digest.digest("base64")}:` },
      body: bytes,
    });
    assert.equal(sent.status, 200, sent.text);
    this.#note("part", sent, { parts: { ...parts, [filename]: digestOf(bytes) } });
    const done = await this.#caller.ok("/x/v1/uploads/complete", { id });
    this.#urls.set(filename, (done.json["file"] as { url: string }).url);
    this.#note("complete", done, { parts, files: { ...this.#holdings.files, [filename]: fileOf(bytes) } });
  }

  #newName(ending: string): string {
    return `${this.name}-${++this.#count}.${ending}`;
  }

  #aFile(): readonly [name: string, url: string] {
    const all = [...this.#urls];
    return all[this.#dice.whole(0, all.length)] ?? assert.fail("there is no file");
  }

  #fileNamed(name: string): Holdings["files"][string] {
    return this.#holdings.files[name] ?? assert.fail(`there is no ${name}`);
  }

  #note(kind: string, { place }: PlacedAnswer, changes: Partial<Holdings>): void {
    this.#holdings = { ...this.#holdings, ...changes };
    this.acknowledged.push({ kind, place, holdings: this.#holdings });
  }
}

const fileOf = (bytes: Buffer) => ({ digest: digestOf(bytes), tokens: 0, isProtected: false });
