/** What a command ends with; see the table of exit codes in the README. */
export const EXIT = { done: 0, failed: 1, usage: 2, needsAttention: 3, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error that is told to the user in one sentence with the next step, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  /** One of `ERRORS`, where the API told it. */
  readonly code: string | undefined;
  /** What to do next. */
  readonly fix: string | undefined;

  constructor(
    message: string,
    options: { exitCode?: ExitCode; code?: string; fix?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.code = options.code;
    this.fix = options.fix;
  }
}
