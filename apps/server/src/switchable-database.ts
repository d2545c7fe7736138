import type { Database } from "@consigne/core";

/** A database that can be replaced while services use it. */
export interface SwitchableDatabase {
  database: Database;
  /** Closes the current database, then opens the next; calls wait meanwhile. @throws what `open` throws */
  switchTo(open: () => Promise<Database>): Promise<void>;
}

type Method = (...input: unknown[]) => unknown;

export function switchable(first: Database): SwitchableDatabase {
  let current = first;
  let switching: Promise<void> | undefined;
  const parts = new Map<PropertyKey, unknown>();
  /** Calls the method of whatever database is current at that time. */
  const lateBound = (ownerOf: () => object, name: PropertyKey): Method => {
    const call: Method = (...input) => {
      const owner = ownerOf();
      return (Reflect.get(owner, name, owner) as Method).apply(owner, input);
    };
    return (...input) => (switching === undefined ? call(...input) : switching.then(() => call(...input)));
  };
  const database = new Proxy(first, {
    get: (_target, name: keyof Database) => {
      const value: unknown = current[name];
      if (typeof value === "function") return lateBound(() => current, name);
      if (typeof value !== "object" || value === null) return value;
      const part =
        parts.get(name) ?? new Proxy(value, { get: (_part, method) => lateBound(() => current[name], method) });
      parts.set(name, part);
      return part;
    },
  });
  const replace = async (open: () => Promise<Database>): Promise<void> => {
    await current.close();
    current = await open();
  };
  return {
    database,
    switchTo: async (open) => {
      const replacing = replace(open);
      // Calls continue in any case: a closed database gives them an error.
      switching = replacing.catch(() => undefined);
      try {
        await replacing;
      } finally {
        switching = undefined;
      }
    },
  };
}
