import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";

/** Programs with dual-stack sockets (Java) appear in the IPv6 table, as IPv4-mapped addresses. */
const tables = [
  { path: "/proc/net/tcp", prefix: "" },
  { path: "/proc/net/tcp6", prefix: "0000000000000000FFFF0000" },
];

/**
 * The id of the user that owns the other end of a connection between two IPv4 loopback addresses of this machine.
 * Undefined if unknown: Linux lists it in `/proc/net`, other systems do not.
 */
export async function loopbackPeerOwner(socket: Socket): Promise<number | undefined> {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (process.platform !== "linux" || !remoteAddress || !localAddress || !remotePort || !localPort) return undefined;
  const near = kernelNotation(remoteAddress, remotePort);
  const far = kernelNotation(localAddress, localPort);
  if (!near || !far) return undefined;
  for (const { path, prefix } of tables) {
    const table = await readFile(path, "latin1").catch(() => "");
    for (const line of table.split("\n")) {
      // Columns: slot, local address, remote address, state, queues, timer, retransmits, user id
      const columns = line.trim().split(/\s+/);
      if (columns[1] === prefix + near && columns[2] === prefix + far) return Number(columns[7]);
    }
  }
  return undefined;
}

/** As little-endian machines print it: octets in reverse order, the port unchanged, both in hex. */
function kernelNotation(address: string, port: number): string | undefined {
  const octets = address.split(".").map(Number);
  if (octets.length !== 4 || octets.some((octet) => !Number.isInteger(octet) || octet < 0 || octet > 255)) {
    return undefined;
  }
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, "0");
  const reversed = octets.toReversed().map((octet) => hex(octet, 2));
  return `${reversed.join("")}:${hex(port, 4)}`;
}
