/** Larger files get no thumbnail. */
const MOST_PICTURE_BYTES = 64 * 1024 * 1024;

const ending = /\.(?:avif|gif|jpe?g|png|webp)$/i;
const contentType = /^image\/(?:avif|gif|jpe?g|png|webp)\b/i;

/** Whether a thumbnail is worth trying, judging by the file's metadata. Its bytes decide whether there is one. */
export function mayHaveThumbnail(file: { name: string; contentType: string; sizeBytes: number }): boolean {
  const isPicture = ending.test(file.name) || contentType.test(file.contentType);
  return isPicture && file.sizeBytes > 0 && file.sizeBytes <= MOST_PICTURE_BYTES;
}
