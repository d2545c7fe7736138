import { delimiter } from "node:path";
import { findMissing, provide, pythonProgram, thisMachine, type RequiredProgram } from "../required-programs.ts";
import type { PartName } from "./bench-options.ts";

const farLineProbe = [
  "ip link set lo up",
  "ip tuntap add probe0 mode tun",
  "ip address add 198.18.119.1 peer 198.18.119.2 dev probe0",
  "ip link set probe0 up",
  "ip route replace 198.18.119.2 dev probe0 congctl cubic",
  "unshare --net true",
].join("\n");

const programs: readonly RequiredProgram[] = [
  { name: "curl", debianPackages: ["curl"], probe: ["curl", "--version"] },
  {
    name: "openssl with Whirlpool",
    debianPackages: ["openssl"],
    probe: ["openssl", "dgst", "-whirlpool", "-provider", "legacy", "-provider", "default", "/dev/null"],
  },
  { name: "nginx", debianPackages: ["nginx-light"], probe: ["nginx", "-v"] },
  { name: "rclone", debianPackages: ["rclone"], probe: ["rclone", "version"] },
  { name: "taskset", debianPackages: ["util-linux"], probe: ["taskset", "--version"] },
  { name: "chromium", debianPackages: ["chromium"], probe: ["chromium", "--version"] },
  {
    name: "copyparty",
    debianPackages: ["python3", "python3-venv"],
    install: ["/usr/bin/python3", pythonProgram, "copyparty", "install"],
    probe: ["/usr/bin/python3", pythonProgram, "copyparty", "where"],
  },
  { name: "gcc", debianPackages: ["gcc", "libc6-dev"], probe: ["gcc", "--version"] },
  { name: "python3", debianPackages: ["python3"], probe: ["/usr/bin/python3", "--version"] },
  { name: "iproute2", debianPackages: ["iproute2"], probe: ["ip", "-V"] },
  {
    name: "network namespaces with tun devices",
    debianPackages: ["iproute2"],
    probe: ["unshare", "--net", "sh", "-ec", farLineProbe],
  },
  // wrk prints its version with exit code 1.
  { name: "wrk", debianPackages: ["wrk"], probe: ["sh", "-c", "command -v wrk"] },
];

const needs: Readonly<Record<PartName, readonly string[]>> = {
  upload: ["curl", "openssl with Whirlpool"],
  tus: ["curl"],
  peers: ["curl", "nginx", "copyparty"],
  trees: ["copyparty"],
  flush: ["gcc", "wrk"],
  writes: ["wrk"],
  far: ["curl", "python3", "iproute2", "network namespaces with tun devices"],
  download: ["curl", "nginx"],
  requests: ["wrk"],
  memory: ["curl"],
  delay: ["curl"],
  client: ["curl", "openssl with Whirlpool", "taskset"],
  sync: ["rclone"],
  start: [],
  remote: ["curl", "nginx", "wrk"],
  pages: ["chromium"],
};

/** Returns the missing programs of each wanted part, after installing those it may install. */
export function findLacking(parts: readonly PartName[], mayInstall: boolean): Map<PartName, string[]> {
  // nginx is an administrator's program, in folders that are not in every user's PATH.
  process.env["PATH"] = [process.env["PATH"] ?? "", "/usr/sbin", "/sbin"].join(delimiter);
  const wanted = new Set(parts.flatMap((part) => needs[part]));
  const used = programs.filter((program) => wanted.has(program.name));
  const missing = mayInstall ? provide(thisMachine, used) : findMissing(thisMachine, used);
  const names = new Set(missing.map((program) => program.name));
  return new Map(parts.map((part) => [part, needs[part].filter((name) => names.has(name))]));
}
