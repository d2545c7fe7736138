import type { SettingInForce } from "@consigne/core";
import type { Environment } from "./env.ts";
import { type Setting, settings } from "./settings.ts";

/** What a server that was started so goes by. Secrets are named, and never shown. @param fromFile names that `.env` gave */
export function settingsInForce(values: Environment, fromFile: ReadonlySet<string> = new Set()): SettingInForce[] {
  return settings
    .filter((setting: Setting) => setting.isPlanned !== true)
    .map(({ name, fallback, ...setting }: Setting & { name: keyof Environment }) => {
      const isSecret = setting.isSecret === true;
      const set = values[name];
      const value = isSecret ? undefined : (set ?? fallback);
      return {
        name,
        value,
        origin: set === undefined ? "default" : fromFile.has(name) ? "file" : "environment",
        isSecret,
      };
    });
}
