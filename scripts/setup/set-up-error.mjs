import { constants } from 'node:os';

/** A set-up that cannot go on. The message is one sentence for the user: the cause and the next step. */
export class SetUpError extends Error {
  exitCode = 1;

  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'SetUpError';
  }
}

/** A set-up that was ended from outside. */
export class SetUpInterrupted extends SetUpError {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super('Set-up was interrupted; the next start goes on where it stopped.');
    // The shells' convention for a program that a signal ended.
    this.exitCode = 128 + constants.signals[signal];
  }
}
