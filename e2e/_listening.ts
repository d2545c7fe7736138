import { connect } from "node:net";

const START_TIMEOUT_MS = 60_000;

/**
 * Resolves once something listens on a port of this machine.
 * @throws if the program that should has ended, or takes too long
 */
export async function listening(
  port: number,
  { hasEnded, errors }: { hasEnded: () => boolean; errors: () => string },
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    if (hasEnded() || Date.now() > deadline) throw new Error(`It did not start: ${errors()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
