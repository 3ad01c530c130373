/** What a child process may use at most (setrlimit(2)). What is absent is not limited. */
export interface ResourceLimits {
  addressSpaceBytes?: number;
  /** Largest file it may write; 0 for a program that writes to pipes only. Pipes do not count. */
  fileSizeBytes?: number;
  openFiles?: number;
  /** Counts all processes and threads of the same user, so set it only where the user is the program's own. */
  processes?: number;
}

/** Absolute paths of util-linux programs; undefined where this system has none (macOS, Windows, Alpine). */
export interface LaunchTools {
  prlimit: string | undefined;
  setpriv: string | undefined;
}

/**
 * The command line that starts a program under limits. Both tools replace themselves by the program (exec),
 * so the process id, the group and the pipes stay those of the program.
 *
 * `setpriv --pdeathsig` has the kernel kill the program when the worker dies, even by SIGKILL.
 */
export const launchCommand = (
  program: string,
  programArguments: readonly string[],
  limits: ResourceLimits,
  tools: LaunchTools,
): string[] => {
  const command: string[] = [];
  if (tools.setpriv !== undefined) command.push(tools.setpriv, '--pdeathsig', 'KILL', '--');
  if (tools.prlimit !== undefined) command.push(tools.prlimit, ...prlimitOptions(limits), '--');
  return [...command, program, ...programArguments];
};

const prlimitOptions = (limits: ResourceLimits): string[] => {
  const options = ['--core=0'];
  if (limits.addressSpaceBytes !== undefined) options.push(`--as=${limits.addressSpaceBytes}`);
  if (limits.fileSizeBytes !== undefined) options.push(`--fsize=${limits.fileSizeBytes}`);
  if (limits.openFiles !== undefined) options.push(`--nofile=${limits.openFiles}`);
  if (limits.processes !== undefined) options.push(`--nproc=${limits.processes}`);
  return options;
};
