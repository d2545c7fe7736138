/** A program to start; `folder` is its package's, in `apps`. */
export interface Program {
  /** Prefix of each message. */
  name: string;
  folder: string;
}

export function startProgram(program: Program): Promise<void>;
export function prepareProgram(program: Program): Promise<boolean>;
export function compiledFolder(): string | undefined;
