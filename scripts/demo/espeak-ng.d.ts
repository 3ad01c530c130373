/** The part of espeak-ng's interface that is used here; the package brings no types. */
declare module 'espeak-ng' {
  /** What Emscripten calls a module: the program has run when the promise is fulfilled. */
  interface EspeakModule {
    readonly FS: { readFile(path: string): Uint8Array };
  }
  interface EspeakOptions {
    /** As on the command line. */
    readonly arguments: readonly string[];
    readonly print?: (line: string) => void;
    readonly printErr?: (line: string) => void;
  }
  const createEspeak: (options: EspeakOptions) => Promise<EspeakModule>;
  export default createEspeak;
}
