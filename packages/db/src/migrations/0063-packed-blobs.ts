/**
 * Changes no table. From here on small blobs share files, and an earlier release, which expects each blob in its own
 * file, would consider them lost: it refuses a database with a migration that it does not know.
 */
export async function refuseWhoKnowsNoPacks(): Promise<void> {
  // The entry in the list of migrations is enough.
}
