import type { SettingInForce } from "@consigne/core";
import type { Environment } from "./env.ts";
import { type Setting, settings } from "./settings.ts";

/**
 * The settings of a server started with these values. Secrets are named but never shown.
 * @param fromFile names of variables from `.env`
 */
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
