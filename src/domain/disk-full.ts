/** What the file system answers where a file finds no room: on the disk, in a quota, under a limit of the process. */
const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Whether an error of the operating system says that the disk is full. */
export const saysDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && CODES.includes(error.code);
