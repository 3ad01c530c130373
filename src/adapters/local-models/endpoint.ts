/** Where a model server listens. */
export interface Endpoint {
  /** Without a slash at its end and without `/v1`. */
  readonly baseUrl: string;
  /** Bearer key; undefined for a server that wants none. */
  readonly key: string | undefined;
}

/** Gives the endpoint of a server that is ready; for our own server this starts it where it is not running. */
export type EndpointSource = (signal: AbortSignal) => Promise<Endpoint>;

/** The endpoint for an address as users write it, with or without a slash or `/v1` at its end. */
export const endpointAt = (url: string, key: string | undefined): Endpoint => ({
  baseUrl: url.replace(/\/+$/, '').replace(/\/v1$/, ''),
  key,
});
