/** Runs after this many frames have begun. What React Aria focuses by itself has the focus after two. */
export function afterFrames(count: number, act: () => void): void {
  if (count === 0) act();
  else requestAnimationFrame(() => afterFrames(count - 1, act));
}
