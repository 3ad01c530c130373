/** `npm start`: sets everything up, then runs the main job: `npm start -- talk.mp4 --output-dir out`. */
import path from 'node:path';

import { runMain, setUp } from './setup.mjs';
import { runNode } from './setup/run-program.mjs';

await runMain(async () => {
  // npm changes to the root of the project; paths that the user gives are meant from where he stands.
  if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  const { places, node } = await setUp();
  const parameters = process.argv.slice(2);
  if (parameters.length === 0) {
    const talk = path.join(places.home, 'data', 'demo', 'talk.mp4');
    const code = await runNode(node, [path.join(places.checkout, 'scripts', 'demo', 'make-talk.ts'), talk]);
    if (code !== 0) return code;
    parameters.push(talk, '--output-dir', 'out');
  }
  return runNode(node, [path.join(places.checkout, 'src', 'cli', 'main.ts'), 'run', ...parameters]);
});
