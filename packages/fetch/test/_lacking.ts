import { spawnSync } from "node:child_process";

/**
 * Why a suite cannot run here, as node:test wants it for `skip`; false when the program works.
 * @throws where CI=true, so that a program that has gone missing cannot go unnoticed
 */
export function lacking(program: string, ...args: string[]): string | false {
  const { error, status } = spawnSync(program, args, { stdio: "ignore" });
  if (error === undefined && status === 0) return false;
  const reason = `${[program, ...args].join(" ")} does not work on this machine`;
  if (process.env["CI"] === "true") throw new Error(reason);
  return reason;
}
