// The integration with Klaviyo: its Settings, and what each of them leads to.

import { Route, Routes } from "react-router";

import { NotFound } from "../../app/NotFound";
import { History } from "./History";
import { ImportSource } from "./ImportSource";
import { NewForm } from "./NewForm";
import { OneForm } from "./OneForm";
import { Settings } from "./Settings";

export function Component() {
  return (
    <Routes>
      <Route index element={<Settings />} />
      <Route path="forms/new" element={<NewForm />} />
      <Route path="forms/form/:formId" element={<OneForm />} />
      <Route path="import" element={<ImportSource />} />
      <Route path="history" element={<History />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}
