// Who is signed in, for everything inside the shell.

import { createContext, useContext } from "react";

import { answered, api } from "../api/client";
import type { Me } from "../api/queries";

export const SessionContext = createContext<Me | null>(null);

/** The person who is signed in. Only inside the shell. */
export function useMe(): Me {
  const me = useContext(SessionContext);
  if (!me) throw new Error("useMe outside the shell");
  return me;
}

/** Whether this person may approve and change things; a viewer may only look. */
export function useMayWrite(): boolean {
  return useMe().role !== "viewer";
}

/** Use up an invitation: its link, or the code in it. */
export async function signIn(linkOrCode: string): Promise<void> {
  const code = linkOrCode.trim().split("#").at(-1) ?? "";
  await answered(api.POST("/api/v1/sign-in", { body: { code } }));
}

/** Sign out, and forget everything that this page has read. */
export async function signOut(): Promise<void> {
  await api.POST("/api/v1/sign-out");
  window.location.assign("/dashboard/");
}
