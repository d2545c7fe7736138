/**
 * Loaded before the server: at each SIGUSR2 writes the longest delay of the event loop since the one before, in
 * milliseconds, to the file named by `BENCH_DELAY_FILE`.
 */
import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const file = process.env["BENCH_DELAY_FILE"] ?? "";
const histogram = monitorEventLoopDelay({ resolution: 1 });
histogram.enable();
process.on("SIGUSR2", () => {
  // The signal itself waits for its turn behind whatever delayed the loop; the monitor's timer gets its own first.
  setTimeout(() => {
    writeFileSync(`${file}.new`, String(histogram.max / 1e6));
    renameSync(`${file}.new`, file);
    histogram.reset();
  }, 5);
});
