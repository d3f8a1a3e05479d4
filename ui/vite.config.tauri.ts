// The page inside the window, for `make dev`: the plugin starts `tauri dev` beside Vite. It looks for tauri.conf.json from
// the working directory, so Vite must run from the repository's root.

import { mergeConfig } from 'vite';
import { tauri } from 'vite-plugin-tauri';

import web from './vite.config.ts';

export default mergeConfig(web, {
  plugins: [tauri()],
  clearScreen: false,
  server: { port: 5173, strictPort: true, host: '127.0.0.1' },
});
