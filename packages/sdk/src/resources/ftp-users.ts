import type { ApiCaller, CallOptions } from "../calls/api-caller.ts";
import { asListing, type Listing } from "./listing.ts";
import { goneIsDone } from "./repeated-calls.ts";
import { fieldsOf, present, readList, readNumber, readText } from "./wire-values.ts";

export interface FtpUser {
  name: string;
  /** Folder for its files; 0 is the root. */
  folderId: number;
  raw: Readonly<Record<string, unknown>>;
}

/** Users that may upload files to the account by FTP, with a name and a password of their own. */
export class FtpUsers {
  readonly #caller: ApiCaller;

  constructor(caller: ApiCaller) {
    this.#caller = caller;
  }

  list(options: CallOptions = {}): Listing<FtpUser> {
    return asListing(this.#list(options));
  }

  async #list(options: CallOptions): Promise<FtpUser[]> {
    const answer = fieldsOf(await this.#caller.call("ftpUsersLs", {}, options));
    return readList(answer["data"]).map((raw) => ({
      name: readText(raw["user"]),
      folderId: readNumber(raw["folder_id"]),
      raw,
    }));
  }

  /** @throws {ConflictError} there is a user of that name */
  async add(
    user: { name: string; password: string; folderId?: number | undefined },
    options: CallOptions = {},
  ): Promise<void> {
    const body = present({ user: user.name, pass: user.password, folder_id: user.folderId });
    await this.#caller.call("ftpUsersAdd", body, options);
  }

  /** Files that it uploaded stay. */
  async remove(name: string, options: CallOptions = {}): Promise<void> {
    await goneIsDone(this.#caller.call("ftpUsersRm", { user: name }, options));
  }

  /** Processes files uploaded by FTP, for accounts where this does not happen automatically. */
  async process(options: CallOptions = {}): Promise<void> {
    await this.#caller.call("ftpProcess", {}, options);
  }
}
