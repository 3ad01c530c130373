import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findPlaces } from '../../scripts/setup/places.mjs';
import { planPythonEnvironment } from '../../scripts/setup/python-environment.mjs';
import { testSettings } from '../../scripts/setup/test-tools.mjs';
import { testFolder } from './test-folder.ts';
import { tools } from './tools.ts';

/** The environment in which the tests' own Python packages are found. */
export const pythonEnvironment = (): NodeJS.ProcessEnv => {
  const places = findPlaces(process.env);
  return testSettings(places, planPythonEnvironment(places, process.env), {
    PATH: process.env['PATH'],
    HOME: testFolder(),
  });
};

/** What a Python script prints as JSON. */
export async function readWithPython(script: string, ...parameters: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(tools.python, [script, ...parameters], {
    env: pythonEnvironment(),
  });
  return JSON.parse(stdout);
}
