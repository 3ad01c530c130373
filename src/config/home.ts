import { join } from 'node:path';

/** The folders below CLIPSCRIBE_HOME. */
export const homeFolders = (home: string) => ({
  /** Programs that set-up installed, and tools.json. */
  tools: join(home, 'tools'),
  models: join(home, 'models'),
  /** The local artifact store. */
  artifacts: join(home, 'data', 'artifacts'),
  /** Signs the addresses of uploads into the local store. */
  uploadKey: join(home, 'data', 'upload-signing-key'),
  /** Encrypts secrets in the database. */
  secretKey: join(home, 'data', 'secret-key'),
  /** The embedded database of accounts and jobs. */
  database: join(home, 'data', 'database'),
  /** The installation's own administrator token. */
  adminToken: join(home, 'data', 'admin-token'),
  /** The dev server's database. */
  temporalDatabase: join(home, 'data', 'temporal.db'),
  /** Workflow code, bundled. */
  workflowBundles: join(home, 'cache', 'workflows'),
  /** Home and temporary folder of the model server. */
  modelServer: join(home, 'model-server'),
  /** Scratch, one folder per job. */
  work: join(home, 'work'),
  /** Scratch of a download worker, one folder per job. */
  downloads: join(home, 'downloads'),
  /** What the local stack tells other commands: addresses and process ids. */
  stack: join(home, 'data', 'stack.json'),
  logs: join(home, 'logs'),
});
