import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Why certificates cannot be made here, in the form of node:test's `skip`. @throws if CI=true */
export function lackingOpenssl(): string | false {
  const found = spawnSync("openssl", ["version"], { stdio: "ignore" });
  if (found.error === undefined && found.status === 0) return false;
  if (process.env["CI"] === "true") throw new Error("openssl does not work on this machine");
  return "openssl does not work on this machine";
}

/** Makes `NAME.pem` and `NAME.key`, for localhost and 127.0.0.1, valid for 30 days. */
export async function makeCertificate(folder: string, name: string): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const options = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost".split(" ");
  const names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  await promisify(execFile)("openssl", [...options, ...names, "-days", "30", "-keyout", key, "-out", cert]);
  return { cert, key };
}
