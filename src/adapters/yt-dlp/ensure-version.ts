import { runYtDlp } from './start-yt-dlp.ts';
import { checkVersion } from './version.ts';

/** Checks once that the installed yt-dlp is a safe one, before it is given an address. */
export const createVersionCheck = ({ ytDlp, maxBytes }: { ytDlp: string; maxBytes: number }) => {
  let versionChecked = false;
  return async (workDirectory: string, signal: AbortSignal): Promise<void> => {
    if (versionChecked) return;
    const run = { ytDlp, workDirectory, signal, maxBytes };
    const { output } = await runYtDlp(['--ignore-config', '--version'], run);
    checkVersion(output);
    versionChecked = true;
  };
};
