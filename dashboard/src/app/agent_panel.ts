// The Marketing Agent beside a screen: open or not, and what a screen wants asked.

import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { createContext, useContext, useMemo, useState } from "react";

interface AgentPanel {
  opened: boolean;
  open: () => void;
  close: () => void;
  /** Open it with a message written but not sent; the chat takes it from `draft`. */
  write: (draft: string) => void;
  draft: string | null;
  takeDraft: () => void;
}

export const AgentPanelContext = createContext<AgentPanel | null>(null);

/** The panel, for any screen: `useAgentPanel().write("Why is nobody linked?")`. */
export function useAgentPanel(): AgentPanel {
  const panel = useContext(AgentPanelContext);
  if (!panel) throw new Error("useAgentPanel outside the shell");
  return panel;
}

export function useAgentPanelState(): AgentPanel {
  // On a narrow window it would hide the screen that was asked for.
  const wide = useMediaQuery("(min-width: 75em)", false, {
    getInitialValueInEffect: false,
  });
  const [kept, setKept] = useLocalStorage({
    key: "agent-panel",
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const [narrow, setNarrow] = useState(false);
  const [draft, setDraft] = useState<string | null>(null);
  return useMemo(() => {
    const show = (opened: boolean) => (wide ? setKept(opened) : setNarrow(opened));
    return {
      opened: wide ? kept : narrow,
      open: () => show(true),
      close: () => show(false),
      write: (text: string) => {
        setDraft(text);
        show(true);
      },
      draft,
      takeDraft: () => setDraft(null),
    };
  }, [wide, kept, narrow, draft, setKept]);
}
