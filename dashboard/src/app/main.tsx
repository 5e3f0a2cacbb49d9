// Starts the dashboard.

import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./dashboard.css";

import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";

import { queryClient } from "../api/query_client";
import { startLanguages } from "./language";
import { router } from "./routes";
import { readable, theme } from "./theme";

async function start(): Promise<void> {
  await startLanguages();
  const root = document.getElementById("root");
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={readable}>
        <Notifications position="bottom-left" />
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

void start();
