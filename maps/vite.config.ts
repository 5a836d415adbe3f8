import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Where `vite dev` sends what the Rust server answers. */
const server = process.env.SCHOOLBEAT_DEV_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // The map library alone is larger than the default warning limit.
    chunkSizeWarningLimit: 1400,
    // A strict content policy forbids data: fonts, so every asset stays a file.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { '/api': server, '/tiles': server, '/reports': server },
  },
});
