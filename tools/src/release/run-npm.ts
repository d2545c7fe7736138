import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { promisify } from "node:util";

/**
 * Runs npm by the Node.js that runs this program.
 * @returns what it printed
 * @throws {Error} it failed; the message holds what it said
 */
export async function runNpm(args: readonly string[], cwd: string): Promise<string> {
  const PATH = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  const { stdout } = await promisify(execFile)("npm", args, { cwd, env: { ...process.env, PATH } });
  return stdout;
}
