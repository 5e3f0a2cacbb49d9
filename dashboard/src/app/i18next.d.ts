// The English catalogues are the types: a key that is not there does not compile.

import type agent from "../catalogues/en/agent.json";
import type app from "../catalogues/en/app.json";
import type approvals from "../catalogues/en/approvals.json";
import type changes from "../catalogues/en/changes.json";
import type chat from "../catalogues/en/chat.json";
import type connections from "../catalogues/en/connections.json";
import type friends from "../catalogues/en/friends.json";
import type help from "../catalogues/en/help.json";
import type integration from "../catalogues/en/integration.json";
import type overview from "../catalogues/en/overview.json";
import type qrCodes from "../catalogues/en/qr-codes.json";
import type segments from "../catalogues/en/segments.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    returnNull: false;
    resources: {
      app: typeof app;
      agent: typeof agent;
      approvals: typeof approvals;
      changes: typeof changes;
      chat: typeof chat;
      connections: typeof connections;
      friends: typeof friends;
      help: typeof help;
      integration: typeof integration;
      overview: typeof overview;
      "qr-codes": typeof qrCodes;
      segments: typeof segments;
    };
  }
}
