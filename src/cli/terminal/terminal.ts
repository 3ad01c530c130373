/** Where a command prints. Results go to `stdout`, everything that tells how it goes to `stderr`. */
export interface Terminal {
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
}

export const processTerminal: Terminal = { stdout: process.stdout, stderr: process.stderr };

/** Whether lines of a stream can be drawn over. */
export const isLive = (stream: NodeJS.WritableStream): stream is NodeJS.WriteStream =>
  'isTTY' in stream && stream.isTTY === true;
