// What tools are called in the reader's language, as the program itself names them.

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { toolsQuery } from "../api/queries";

/** `useToolTitles()("create_qr_link")`; undefined while it is not known. */
export function useToolTitles(): (tool: string) => string | undefined {
  const { i18n } = useTranslation();
  const { data = [] } = useQuery(toolsQuery);
  return (tool) => data.find((each) => each.name === tool)?.titles[i18n.language];
}
