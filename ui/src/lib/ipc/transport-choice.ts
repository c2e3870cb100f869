import type { Transport } from './transport';

/** Chosen on first use, so that a test can import the client without a window. */
let chosen: Promise<Transport> | undefined;

export function transport(): Promise<Transport> {
  chosen ??= choose();
  return chosen;
}

async function choose(): Promise<Transport> {
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { bridgeTransport } = await import('./transport-bridge');
    return bridgeTransport;
  }
  const { tauriTransport } = await import('./transport-tauri');
  return tauriTransport;
}
