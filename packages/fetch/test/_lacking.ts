import { spawnSync } from "node:child_process";

/**
 * The reason a suite cannot run here, as node:test expects for `skip`, or false if the program works.
 * @throws if CI=true, so that a missing program is noticed
 */
export function lacking(program: string, ...args: string[]): string | false {
  const { error, status } = spawnSync(program, args, { stdio: "ignore" });
  if (error === undefined && status === 0) return false;
  const reason = `${[program, ...args].join(" ")} does not work on this machine`;
  if (process.env["CI"] === "true") throw new Error(reason);
  return reason;
}
