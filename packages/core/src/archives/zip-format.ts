/** Records of a zip archive as APPNOTE 6.3.10 describes them: stored members whose checksums follow their bytes. */

/** Numbers from here on need the longer fields of ZIP64; this value marks that. */
const MOST_32 = 0xffff_ffff;
const MOST_16 = 0xffff;

const VERSION_ZIP64 = 45;
const MADE_ON_UNIX = 3 << 8;
/** Bit 3: checksum and sizes follow the bytes. Bit 11: names are UTF-8. */
const FLAGS = 0x0808;
const TIME_FIELD = 0x5455;
const ZIP64_FIELD = 0x0001;
const FILE_MODE = 0o100644 << 16;
const FOLDER_MODE = (0o040755 << 16) | 0x10;

export interface ZipMember {
  /** With `/` between folders; a path that ends in `/` is a folder. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/** Written before the bytes. */
export function localHeader({ path, sizeBytes, modifiedAt }: ZipMember): Uint8Array {
  const name = Buffer.from(path);
  const isLong = sizeBytes >= MOST_32;
  // The zeros stand for numbers that follow the bytes; the presence of the field makes those 64-bit.
  const extra = Buffer.concat([timeField(modifiedAt), ...(isLong ? [field(ZIP64_FIELD, Buffer.alloc(16))] : [])]);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x0403_4b50, 0);
  head.writeUInt16LE(VERSION_ZIP64, 4);
  head.writeUInt16LE(FLAGS, 6);
  writeDosTime(head, 10, modifiedAt);
  head.writeUInt32LE(isLong ? MOST_32 : 0, 18);
  head.writeUInt32LE(isLong ? MOST_32 : 0, 22);
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(extra.length, 28);
  return Buffer.concat([head, name, extra]);
}

/** Written after the bytes. */
export function dataDescriptor(sizeBytes: number, crc: number): Uint8Array {
  const isLong = sizeBytes >= MOST_32;
  const record = Buffer.alloc(isLong ? 24 : 16);
  record.writeUInt32LE(0x0807_4b50, 0);
  record.writeUInt32LE(crc, 4);
  for (const index of [0, 1]) {
    if (isLong) record.writeBigUInt64LE(BigInt(sizeBytes), 8 + 8 * index);
    else record.writeUInt32LE(sizeBytes, 8 + 4 * index);
  }
  return record;
}

/** One entry of the central directory. */
export function directoryEntry(member: ZipMember, { crc, offset }: { crc: number; offset: number }): Uint8Array {
  const name = Buffer.from(member.path);
  const isLong = member.sizeBytes >= MOST_32;
  const long = Buffer.concat([
    ...(isLong ? [uint64(member.sizeBytes), uint64(member.sizeBytes)] : []),
    ...(offset >= MOST_32 ? [uint64(offset)] : []),
  ]);
  const extra = Buffer.concat([timeField(member.modifiedAt), ...(long.length > 0 ? [field(ZIP64_FIELD, long)] : [])]);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x0201_4b50, 0);
  head.writeUInt16LE(MADE_ON_UNIX | VERSION_ZIP64, 4);
  head.writeUInt16LE(VERSION_ZIP64, 6);
  head.writeUInt16LE(FLAGS, 8);
  writeDosTime(head, 12, member.modifiedAt);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(isLong ? MOST_32 : member.sizeBytes, 20);
  head.writeUInt32LE(isLong ? MOST_32 : member.sizeBytes, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE((member.path.endsWith("/") ? FOLDER_MODE : FILE_MODE) >>> 0, 38);
  head.writeUInt32LE(Math.min(offset, MOST_32), 42);
  return Buffer.concat([head, name, extra]);
}

/** Ends the archive. The ZIP64 records come before the classic one if one of its fields is too short. */
export function directoryEnd({ count, bytes, offset }: { count: number; bytes: number; offset: number }): Uint8Array {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x0605_4b50, 0);
  end.writeUInt16LE(Math.min(count, MOST_16), 8);
  end.writeUInt16LE(Math.min(count, MOST_16), 10);
  end.writeUInt32LE(Math.min(bytes, MOST_32), 12);
  end.writeUInt32LE(Math.min(offset, MOST_32), 16);
  if (count < MOST_16 && bytes < MOST_32 && offset < MOST_32) return end;
  const long = Buffer.alloc(56);
  long.writeUInt32LE(0x0606_4b50, 0);
  long.writeBigUInt64LE(44n, 4);
  long.writeUInt16LE(MADE_ON_UNIX | VERSION_ZIP64, 12);
  long.writeUInt16LE(VERSION_ZIP64, 14);
  for (const [at, value] of [count, count, bytes, offset].entries()) long.writeBigUInt64LE(BigInt(value), 24 + 8 * at);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x0706_4b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([long, locator, end]);
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function field(id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(data.length, 2);
  return Buffer.concat([head, data]);
}

/** Seconds since 1970: the classic fields have no time zone, and readers prefer this one. */
function timeField(modifiedAt: Date): Buffer {
  const data = Buffer.alloc(5);
  data.writeUInt8(1, 0);
  const seconds = Math.floor(modifiedAt.getTime() / 1000);
  data.writeInt32LE(Math.min(0x7fff_ffff, Math.max(0, seconds)), 1);
  return field(TIME_FIELD, data);
}

function writeDosTime(record: Buffer, at: number, modifiedAt: Date): void {
  const year = Math.min(2107, Math.max(1980, modifiedAt.getUTCFullYear()));
  const [hours, minutes, seconds] = [modifiedAt.getUTCHours(), modifiedAt.getUTCMinutes(), modifiedAt.getUTCSeconds()];
  record.writeUInt16LE((hours << 11) | (minutes << 5) | (seconds >> 1), at);
  record.writeUInt16LE(((year - 1980) << 9) | ((modifiedAt.getUTCMonth() + 1) << 5) | modifiedAt.getUTCDate(), at + 2);
}
