// The Settings tab: every way of linking that the integration offers.

import { Stack } from "@mantine/core";

import { OnlyLooking } from "../../parts/OnlyLooking";
import { FormSection } from "./FormSection";
import { Head } from "./Head";
import { ImportSection } from "./ImportSection";
import { Switches } from "./Switches";

export function Settings() {
  return (
    <Head tab="settings">
      <OnlyLooking />
      <Stack gap="xl">
        <FormSection />
        <ImportSection />
        <Switches />
      </Stack>
    </Head>
  );
}
