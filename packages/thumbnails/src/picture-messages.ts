/**
 * The protocol between the server and the decoding process: on its standard input four bytes with the length of a
 * picture, and the picture; on its standard output one byte with the outcome, four bytes with a length, and that many
 * bytes. Lengths are unsigned, most significant byte first.
 */
export const outcomes = { done: 0, refused: 1 } as const;

/** The child's exit code if it cannot load the decoder. */
export const NO_DECODER_EXIT = 70;

export const LENGTH_BYTES = 4;
export const HEAD_BYTES = 1 + LENGTH_BYTES;

/** More than any thumbnail has. */
export const MOST_ANSWER_BYTES = 256 * 1024;
/** The most pixels of a picture that is decoded: those of the largest phone cameras. */
export const MOST_POINTS = 210_000_000;
/** A progressive JPEG has about ten. Each goes over all pixels, even one of ten bytes that changes nothing. */
export const MOST_SCANS = 100;
/** Of an animated WebP: the decoder's work grows with their square. */
export const MOST_FRAMES = 10_000;
/** On its longer side. */
export const THUMBNAIL_POINTS = 320;
