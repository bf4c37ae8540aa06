import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

// One file, no network: scripts and styles are inlined, and there are no other assets.
export default defineConfig({
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false }), viteSingleFile()],
  build: { target: "es2022", modulePreload: false, reportCompressedSize: false },
  logLevel: "warn",
});
