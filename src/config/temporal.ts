import { loadClientConnectConfig } from '@temporalio/envconfig';

/** Where and how to reach Temporal. */
export interface TemporalSettings {
  namespace: string;
  /** False: no address was configured, and the default one of a local server is used. */
  addressGiven: boolean;
  connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
}

/**
 * Temporal's own environment configuration: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY,
 * TEMPORAL_TLS…, TEMPORAL_PROFILE, or its configuration file.
 */
export function loadTemporalSettings(): TemporalSettings {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return {
    namespace: namespace ?? 'default',
    addressGiven: connectionOptions.address !== undefined,
    connectionOptions: { ...connectionOptions, address: connectionOptions.address ?? '127.0.0.1:7233' },
  };
}
