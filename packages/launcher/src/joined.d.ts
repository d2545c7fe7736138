/** A program to start; `folder` is that of its package, in `apps`. */
export interface Program {
  /** Begins each message. */
  name: string;
  folder: string;
}

export function startProgram(program: Program): Promise<void>;
export function prepareProgram(program: Program): Promise<boolean>;
export function compiledFolder(): string | undefined;
