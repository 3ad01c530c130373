/** The Temporal command line, whose development server is the engine of the local stack. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';

import { downloadVerified } from './download.mjs';
import { findProgram, isProgram } from './find-program.mjs';
import { mustRunProcess, runProcess } from './run-process.mjs';
import { SetUpError } from './set-up-error.mjs';
import { OLDEST, isAtLeast, isUsableTemporal, parseVersion } from './versions.mjs';

/** The version that the tests run against. Later ones up to 1.6 do not build by `go install`. */
export const TEMPORAL_VERSION = '1.5.1';

/** The sha256 of the release's archives, by platform and architecture as the release names them. */
const ARCHIVE_SHA256 = new Map([
  ['linux_amd64', 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d'],
  ['linux_arm64', 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5'],
  ['darwin_amd64', 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9'],
  ['darwin_arm64', 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415'],
]);

const REACH_TIMEOUT_MS = 2_000;

/**
 * @typedef {object} TemporalChoice
 * @property {'server' | 'path' | 'installed'} source a reachable server of the user's, the PATH, or set-up's own
 * @property {string} [program] the command line; a user with a server of his own needs none
 */

/**
 * The Temporal to use, without installing anything: a reachable server at TEMPORAL_ADDRESS, the command line on
 * the PATH if its server is new enough, or the one that an earlier set-up installed.
 *
 * @param {import('./places.mjs').Places} places
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<TemporalChoice | undefined>}
 */
export async function findTemporal(places, environment) {
  const installed = installedProgram(places);
  if (environment.TEMPORAL_ADDRESS && (await isReachable(environment.TEMPORAL_ADDRESS))) {
    const program = findProgram('temporal', environment) ?? (isProgram(installed) ? installed : undefined);
    return program === undefined ? { source: 'server' } : { source: 'server', program };
  }
  const onPath = findProgram('temporal', environment);
  if (onPath !== undefined) {
    const { code, stdout } = await runProcess(onPath, ['--version'], { timeoutMs: 20_000 });
    if (code === 0 && isUsableTemporal(stdout)) return { source: 'path', program: onPath };
  }
  return isProgram(installed) ? { source: 'installed', program: installed } : undefined;
}

/**
 * Installs the command line: the release's download where it can be reached, else a build by Go.
 *
 * @param {import('./places.mjs').Places} places
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 * @param {(text: string) => void} note
 * @returns {Promise<TemporalChoice>}
 */
export async function installTemporal(places, environment, signal, note) {
  const incoming = path.join(places.tools, `temporal.incoming-${randomBytes(4).toString('hex')}`);
  mkdirSync(incoming, { recursive: true });
  try {
    const failure = await download(incoming, signal);
    if (failure !== undefined) {
      const go = await findGo(environment);
      if (go === undefined) {
        throw new SetUpError(
          `The Temporal command line could not be downloaded (${failure}) and there is no Go ${OLDEST.go[0]}.${OLDEST.go[1]} or later to build it with: put temporal ${TEMPORAL_VERSION} on the PATH (https://docs.temporal.io/cli), install Go (https://go.dev/dl), or set TEMPORAL_ADDRESS to a server.`,
        );
      }
      note(
        `no download (${failure}), building it with Go, which takes some minutes and leaves 3 GB in Go's caches (go clean -cache -modcache)`,
      );
      await build(go, incoming, places, environment, signal);
    }
    const program = installedProgram(places);
    const { stdout } = await runProcess(path.join(incoming, path.basename(program)), ['--version']);
    if (!isUsableTemporal(stdout))
      throw new SetUpError(`The Temporal command line does not start here: ${stdout}`);
    if (!existsSync(path.dirname(program))) renameSync(incoming, path.dirname(program));
    return { source: 'installed', program };
  } finally {
    rmSync(incoming, { recursive: true, force: true });
  }
}

/**
 * Puts the released program into the folder.
 *
 * @param {string} incoming
 * @param {AbortSignal} signal
 * @returns {Promise<string | undefined>} why there is no download, in a few words; undefined: done
 */
async function download(incoming, signal) {
  const asset = archiveName(process.platform, process.arch);
  const sha256 = asset && ARCHIVE_SHA256.get(asset);
  if (sha256 === undefined) return `none for ${process.platform} ${process.arch}`;
  const archive = path.join(incoming, 'archive.tar.gz');
  const release = `https://github.com/temporalio/cli/releases/download/v${TEMPORAL_VERSION}`;
  const failure = await downloadVerified(
    `${release}/temporal_cli_${TEMPORAL_VERSION}_${asset}.tar.gz`,
    archive,
    sha256,
    signal,
  );
  if (failure !== undefined) return failure;
  await mustRunProcess('The Temporal archive could not be unpacked', 'tar', [
    '-xzf',
    archive,
    '-C',
    incoming,
    'temporal',
  ]);
  rmSync(archive);
  return undefined;
}

/**
 * Builds the program into the folder. Go checks the source against its checksum database.
 *
 * @param {string} go
 * @param {string} incoming
 * @param {import('./places.mjs').Places} places
 * @param {NodeJS.ProcessEnv} environment
 * @param {AbortSignal} signal
 */
async function build(go, incoming, places, environment, signal) {
  const { GOOS: _system, GOARCH: _architecture, GOFLAGS: _flags, ...rest } = environment;
  const module = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_VERSION}`;
  // Without the symbol table the program is a third smaller; without cgo no C compiler is needed.
  await mustRunProcess(
    'Go could not build the Temporal command line',
    go,
    ['install', '-ldflags', '-s -w', module],
    {
      env: { ...rest, GOBIN: incoming, CGO_ENABLED: '0' },
      signal,
      log: places.log,
    },
  );
}

/**
 * The part of an archive's name that tells the system, as Temporal's releases write it. Pure.
 *
 * @param {NodeJS.Platform} platform
 * @param {string} architecture
 * @returns {string | undefined}
 */
export function archiveName(platform, architecture) {
  const names = new Map([
    ['x64', 'amd64'],
    ['arm64', 'arm64'],
  ]);
  const name = names.get(architecture);
  return name && (platform === 'linux' || platform === 'darwin') ? `${platform}_${name}` : undefined;
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string | undefined>}
 */
async function findGo(environment) {
  const go = findProgram('go', environment) ?? ['/usr/local/go/bin/go'].find(isProgram);
  if (go === undefined) return undefined;
  const version = parseVersion((await runProcess(go, ['version'], { timeoutMs: 20_000 })).stdout);
  return version && isAtLeast(version, OLDEST.go) ? go : undefined;
}

/**
 * Whether something accepts connections at `host:port`.
 *
 * @param {string} address
 * @returns {Promise<boolean>}
 */
export function isReachable(address) {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 7233) });
    /** @param {boolean} answer */
    const settle = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(REACH_TIMEOUT_MS, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** @param {import('./places.mjs').Places} places */
function installedProgram({ tools }) {
  const file = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
  return path.join(tools, `temporal-${TEMPORAL_VERSION}`, file);
}
