/** Most links in one call. */
const MOST_IN_A_CALL = 1000;

/** Makes as many calls as the list needs, one after the other; after a failure, the earlier ones stay done. */
export async function inBatches<Item, Answer>(
  items: readonly Item[],
  call: (batch: Item[]) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let start = 0; start < items.length; start += MOST_IN_A_CALL) {
    answers.push(await call(items.slice(start, start + MOST_IN_A_CALL)));
  }
  return answers;
}
