import type { Permitted } from "./permitted.ts";

/**
 * For what the system does by itself, without anybody to ask permission for; `because` says why.
 * `tools/src/boundary-rules.ts` lists the files that may import this.
 */
export function bySystem<Id extends string | number>(id: Id, because: string): Permitted<"system", Id>;
export function bySystem(id: string | number, _because: string): string | number {
  return id;
}
