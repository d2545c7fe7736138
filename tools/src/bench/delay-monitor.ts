/**
 * Loaded before the server. At each SIGUSR2 it writes the longest delay of the event loop since the previous one, in
 * milliseconds, to the file in `BENCH_DELAY_FILE`.
 */
import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const file = process.env["BENCH_DELAY_FILE"] ?? "";
const histogram = monitorEventLoopDelay({ resolution: 1 });
histogram.enable();
process.on("SIGUSR2", () => {
  // The signal is handled after whatever delayed the loop. This gives the monitor's timer its turn first.
  setTimeout(() => {
    writeFileSync(`${file}.new`, String(histogram.max / 1e6));
    renameSync(`${file}.new`, file);
    histogram.reset();
  }, 5);
});
