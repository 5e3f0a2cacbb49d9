// The addresses below /dashboard/; each screen's code is loaded when it is opened.

import { createBrowserRouter, redirect } from "react-router";

import { Waiting } from "../parts/Waiting";
import { Broken } from "./Broken";
import { NotFound } from "./NotFound";
import { SCREENS } from "./screens";
import { SessionGate } from "./SessionGate";

export const router = createBrowserRouter(
  [
    {
      path: "/",
      Component: SessionGate,
      ErrorBoundary: Broken,
      HydrateFallback: Waiting,
      children: [
        { index: true, loader: () => redirect("/overview"), Component: Waiting },
        {
          // A screen that breaks leaves the navigation standing.
          ErrorBoundary: Broken,
          children: [
            ...SCREENS.map((each) => ({
              path: each.deep ? `${each.path}/*` : each.path,
              lazy: each.load,
            })),
            { path: "*", Component: NotFound },
          ],
        },
      ],
    },
  ],
  { basename: "/dashboard" },
);
