/**
 * Text for the object form of xmlbuilder2, to be shown as it is. The library takes text there to be serialized
 * already: reading, it decodes references (`&#x110000;` becomes an exception), and writing, it leaves what looks
 * like one unescaped (`&lt;` becomes `<`). So an ampersand goes in as what is left of it after the reading is the
 * reference that the writing leaves alone.
 */
export const xmlText = (text: string): string => text.replaceAll('&', '&#38;amp;');
