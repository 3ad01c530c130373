import { withoutSecrets } from './without-secrets.ts';

const LONGEST_MESSAGE = 300;

/** What another service says about a failure: one line, short, and without secrets. */
export const foreignMessage = (text: string): string =>
  withoutSecrets(text).replace(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
