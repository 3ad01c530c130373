export const GIB = 1024 ** 3;

/** Bytes as people read them: `1.5 GiB`. */
export const inGib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;
