/**
 * The containers that are opened, by ffmpeg's demuxer names. Each demuxer is C code that hostile bytes reach,
 * so the list holds what people record, export and download, and no more:
 * phones, cameras and the web (mov with mp4, m4a and 3gp; matroska, webm, mpegts, flv), older recorders and
 * broadcasters (mpeg, avi, asf with wmv and wma, mxf), and sound by itself.
 *
 * Never in it: what opens further files or addresses (hls, dash, concat, image2, playlists, sdp, rtsp), what
 * makes media from text (lavfi, subtitles), and headerless formats that any bytes seem to be (s16le, mulaw).
 */
const DEMUXERS = [
  'mov',
  'matroska',
  'webm',
  'mpegts',
  'flv',
  'mpeg',
  'avi',
  'asf',
  'mxf',
  'mp3',
  'aac',
  'ogg',
  'flac',
  'wav',
  'w64',
  'aiff',
  'caf',
  'amr',
  'ac3',
  'eac3',
];

export const FORMAT_WHITELIST = DEMUXERS.join(',');
