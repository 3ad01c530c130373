/** Keeps the last part of a stream of text, so that a program that talks without end costs no memory. */
export class TextTail {
  readonly #maxLength: number;
  #text = '';

  /** @param maxLength how much is kept, in UTF-16 units */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  append(text: string): void {
    this.#text = (this.#text + text).slice(-this.#maxLength);
  }

  toString(): string {
    return this.#text;
  }
}
