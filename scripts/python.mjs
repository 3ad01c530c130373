/** Runs the model server's Python with the tests' tools beside it: `node scripts/python.mjs -m pytest inference`. */
import { runMain, setUp } from './setup.mjs';
import { planPythonEnvironment } from './setup/python-environment.mjs';
import { runProgram } from './setup/run-program.mjs';
import { testSettings } from './setup/test-tools.mjs';

await runMain(async () => {
  const { places, tools } = await setUp({ withTestTools: true });
  const planned = planPythonEnvironment(places, process.env);
  return runProgram(tools.python, process.argv.slice(2), testSettings(places, planned, process.env));
});
