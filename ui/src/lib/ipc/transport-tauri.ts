import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Moved, Transport } from './transport';

/** The processor's window is opened and closed by the shell, as part of the commands themselves. */
export const tauriTransport: Transport = {
  execute: (request) => invoke('execute', { request }),
  query: (request) => invoke('query', { request }),
  onMoved: (listener) => void listen<Moved>('moved', (event) => listener(event.payload)),
  processorToken: () => invoke('processor_token'),
  openSample: () => invoke('open_sample'),
};
