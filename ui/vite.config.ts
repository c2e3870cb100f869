import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { coreBridge } from './dev/bridge.ts';

export default defineConfig({
  plugins: [svelte(), coreBridge()],
  resolve: { alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) } },
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: {
    // The oldest webview we run in is WebKitGTK 2.44, which is Safari 17.5.
    target: 'safari17.5',
    cssTarget: 'safari17.5',
    // The content security policy allows fonts and scripts from files only, not from data URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  test: { include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], environment: 'node' },
});
