import { defineConfig } from "vite";

// A running program, for `npm run dev`: it answers what is not of the dashboard.
const PROGRAM = "http://localhost:8000";

export default defineConfig({
  base: "/dashboard/",
  build: {
    outDir: "../src/marketing_agent/_pages/dashboard",
    emptyOutDir: true,
    target: "es2022",
    // Inlined files would be data: URLs, which the policy allows for pictures only.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      // "use client" means nothing where everything runs in the browser.
      onLog(level, log, tell) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") tell(level, log);
      },
    },
  },
  server: { proxy: { "/api": PROGRAM, "/l": PROGRAM, "/health": PROGRAM } },
});
