import { type FloodFigures, floodFigures, type FloodProfile, floodProfiles, makeFloodProfile } from "@consigne/core";
import { type LimitSetting, type LimitSettingName, limitSettingNames, limitSettings } from "./limit-settings.ts";

/** The part of the settings reader that is needed here. */
interface LimitReader {
  readonly problems: string[];
  has(name: LimitSettingName): boolean;
  integer(name: LimitSettingName, fallback: number, least: number, most?: number): number;
}

/** The chosen profile with the operator's figures. */
export function readFloodProfile(reader: LimitReader, name: FloodProfile["name"]): FloodProfile {
  const given = limitSettingNames.filter((setting) => reader.has(setting));
  if (name === "off") {
    for (const setting of given) {
      reader.problems.push(`${setting} is set, but CONSIGNE_LIMITS=off counts nothing; remove one of the two.`);
    }
    return floodProfiles.off;
  }
  if (given.length === 0) return floodProfiles[name];
  const figures = { ...floodFigures[name] };
  for (const setting of given) {
    const { figure, unit, least, most }: LimitSetting = limitSettings[setting];
    figures[figure] = reader.integer(setting, figures[figure] / unit, least, most) * unit;
  }
  if (!reader.has("CONSIGNE_LIMIT_BURST"))
    figures.burst = inStep(floodFigures[name], figures, "burst", "callsPerSecond");
  if (!reader.has("CONSIGNE_LIMIT_KEY_BURST"))
    figures.keyBurst = inStep(floodFigures[name], figures, "keyBurst", "keyCallsPerSecond");
  refuseShortLongest(reader, figures);
  return makeFloodProfile(name, figures);
}

/** A configured rate also lowers the burst: five calls a second do not mean six thousand at once. */
function inStep(
  usual: FloodFigures,
  set: FloodFigures,
  burst: "burst" | "keyBurst",
  rate: "callsPerSecond" | "keyCallsPerSecond",
): number {
  return Math.max(1, Math.round((usual[burst] / usual[rate]) * set[rate]));
}

function refuseShortLongest(reader: LimitReader, figures: FloodFigures): void {
  for (const setting of ["CONSIGNE_LIMIT_LOCK_SECONDS", "CONSIGNE_LIMIT_BAN_SECONDS"] as const) {
    const firstMs = figures[limitSettings[setting].figure];
    if (firstMs <= figures.maxLockMs) continue;
    reader.problems.push(
      `CONSIGNE_LIMIT_LONGEST_LOCK_SECONDS (${figures.maxLockMs / 1000}) is less than ${setting} (${firstMs / 1000}); raise it or lower the other.`,
    );
  }
}
