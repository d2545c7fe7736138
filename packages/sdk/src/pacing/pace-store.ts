import { emptyPaceState, type PaceState } from "./pace-state.ts";

/** Holds what is known about one host. */
export interface PaceStore {
  /** Runs `change` on the state with exclusive access. It must neither wait nor keep the state. */
  update<Answer>(change: (state: PaceState) => Answer): Promise<Answer>;
}

/** For this process alone. */
export class MemoryPaceStore implements PaceStore {
  readonly #state = emptyPaceState();

  async update<Answer>(change: (state: PaceState) => Answer): Promise<Answer> {
    return change(this.#state);
  }
}

/** What a store shared with other processes needs to know. */
export interface SharedStoreInput {
  /** Name and port of the server. */
  host: string;
  /** Folder for the state; by default one of the user's. */
  folder: string | undefined;
  /** Called once if the state cannot be shared. */
  onTrouble: (error: unknown) => void;
}
