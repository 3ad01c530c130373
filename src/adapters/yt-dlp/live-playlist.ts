import { ProxyAgent, request } from 'undici';
import type { EgressSession } from '../../ports/egress.ts';

const MAX_PLAYLIST_BYTES = 8 * 1024 ** 2;
const TIMEOUT_MS = 20_000;

/**
 * Whether an HLS media playlist is still being written: it lists segments and has no end (RFC 8216, 4.3.3.4).
 * yt-dlp does not look for that in playlists that a page embeds, and would take the few segments that are listed
 * now for the whole video.
 *
 * @returns false also where the playlist cannot be read: the download will tell why
 */
export const isLivePlaylist = async (
  url: string,
  session: EgressSession,
  signal: AbortSignal,
): Promise<boolean> => {
  const dispatcher = new ProxyAgent({ uri: session.proxyUrl, proxyTunnel: false });
  try {
    const limits = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
    const { statusCode, body } = await request(url, { dispatcher, signal, ...limits });
    let playlist = '';
    for await (const chunk of body.setEncoding('utf8')) {
      playlist += chunk as string;
      if (playlist.length > MAX_PLAYLIST_BYTES) break;
    }
    return statusCode === 200 && /^#EXTINF:/m.test(playlist) && !/^#EXT-X-ENDLIST/m.test(playlist);
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    await dispatcher.destroy();
  }
};
