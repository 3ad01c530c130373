/** The part of sandflow/imscJS, the reference parser of IMSC 1.1, that tests use; the package has no types. */
interface ImscErrorHandler {
  info: (message: string) => void;
  warn: (message: string) => void;
  error: (message: string) => void;
  fatal: (message: string) => void;
}
interface ImscContent {
  kind: string;
  text?: string;
  contents?: ImscContent[];
  styleAttrs?: Record<string, unknown>;
}
declare module 'imsc/src/main/js/doc.js' {
  export interface ImscDocument {
    getMediaTimeEvents: () => number[];
  }
  export function fromXML(xml: string, errors: ImscErrorHandler): ImscDocument;
}
declare module 'imsc/src/main/js/isd.js' {
  import type { ImscDocument } from 'imsc/src/main/js/doc.js';
  export function generateISD(
    document: ImscDocument,
    seconds: number,
    errors: ImscErrorHandler,
  ): { contents: ImscContent[] };
}
