// What a tool gave, as a picture or a card; where words say enough, nothing.

import type { ComponentType } from "react";

import type { Gives, ToolName } from "../../api/client";
import { CitedSections } from "./CitedSections";
import { Findings } from "./Findings";
import { FormLinkages } from "./FormLinkages";
import { ImportProgress } from "./ImportProgress";
import { Linkage } from "./Linkage";
import { QrLinks } from "./QrLinks";
import { SegmentCreated } from "./SegmentCreated";

type CardsOf = { [Name in ToolName]?: ComponentType<{ data: Gives<Name> }> };

const CARDS: CardsOf = {
  create_qr_link: ({ data }) => <QrLinks qrLinks={[data]} />,
  update_qr_link: ({ data }) => <QrLinks qrLinks={[data]} />,
  show_qr_links: ({ data }) => <QrLinks qrLinks={data.qr_links} />,
  configure_form_linkage: ({ data }) => <FormLinkages linkages={[data]} />,
  show_form_linkage: ({ data }) => <FormLinkages linkages={data.form_linkages} />,
  start_import: () => <ImportProgress />,
  show_import: () => <ImportProgress />,
  query_linkage_status: ({ data }) => <Linkage data={data} />,
  diagnose_linkage: ({ data }) => <Findings diagnosis={data} />,
  explain: ({ data }) => <CitedSections sections={data.sections} />,
  create_segment: ({ data }) => <SegmentCreated segment={data} />,
};

export function ResultCard({ tool, data }: { tool: string; data: unknown }) {
  if (!isObject(data) || !Object.hasOwn(CARDS, tool)) return null;
  // The program types the data by the tool's name, in the document too.
  const Card = CARDS[tool as ToolName] as ComponentType<{ data: unknown }>;
  return <Card data={data} />;
}

function isObject(data: unknown): data is object {
  return typeof data === "object" && data !== null;
}
