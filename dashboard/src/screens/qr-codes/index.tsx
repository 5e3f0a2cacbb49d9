// The merchant's custom QR codes: the list, a new one, and each one opened again.

import { Route, Routes } from "react-router";

import { NotFound } from "../../app/NotFound";
import { NewQrCode } from "./NewQrCode";
import { OneQrCode } from "./OneQrCode";
import { QrCodeList } from "./QrCodeList";

export function Component() {
  return (
    <Routes>
      <Route index element={<QrCodeList />} />
      <Route path="new" element={<NewQrCode />} />
      <Route path="code/:slug" element={<OneQrCode />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
