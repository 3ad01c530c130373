/**
 * What the first bytes of a media file tell about its container, where ffmpeg itself tells it too late.
 */

/** How many bytes from the start the functions here want to see; fewer are allowed. */
export const HEAD_BYTES = 4_096;

const ascii = (bytes: Uint8Array, start: number, endExclusive: number): string =>
  String.fromCharCode(...bytes.subarray(start, endExclusive));

/**
 * Whether this is an MP4 whose samples (`mdat`) come before their index (`moov`): it decodes from a seekable file
 * only. Box layout: ISO/IEC 14496-12, 4.2: a 32-bit size, a type; size 1 means that a 64-bit size follows.
 */
export const indexComesLast = (head: Uint8Array): boolean => {
  if (ascii(head, 4, 8) !== 'ftyp') return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let offset = 0;
  while (offset + 16 <= head.byteLength) {
    const type = ascii(head, offset + 4, offset + 8);
    if (type === 'mdat') return true;
    if (type === 'moov' || type === 'moof') return false;
    const shortSize = view.getUint32(offset);
    const size = shortSize === 1 ? Number(view.getBigUint64(offset + 8)) : shortSize;
    if (size < 8) return false;
    offset += size;
  }
  return false;
};

const TS_PACKET_BYTES = 188;
const M2TS_PACKET_BYTES = 192;
const TS_SYNC = 0x47;

/**
 * Whether this is an MPEG transport or program stream. Their clock starts anywhere and their tracks start apart;
 * ffmpeg 6 and later takes the first time stamp of the tracks in use for zero.
 */
export const tracksStartApart = (head: Uint8Array): boolean => {
  const syncsAt = (start: number, packetBytes: number): boolean =>
    head[start] === TS_SYNC &&
    head[start + packetBytes] === TS_SYNC &&
    head[start + 2 * packetBytes] === TS_SYNC;
  const programStreamPack = head[0] === 0 && head[1] === 0 && head[2] === 1 && head[3] === 0xba;
  return syncsAt(0, TS_PACKET_BYTES) || syncsAt(4, M2TS_PACKET_BYTES) || programStreamPack;
};
