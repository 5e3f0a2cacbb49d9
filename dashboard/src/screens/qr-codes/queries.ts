// The custom QR codes with what came of each.

import { queryOptions } from "@tanstack/react-query";

import { answered, api, type Schemas } from "../../api/client";
import { follows } from "../../api/live";

export type QrCodeRow = Schemas["QrCodeRow"];
export type QrLinkCard = Schemas["QrLinkCard"];

export const qrCodesQuery = queryOptions({
  queryKey: ["qr-codes"],
  queryFn: () => answered(api.GET("/api/v1/qr-links")),
  ...follows("links", "friends", "changes"),
});
