// What went wrong and what to do about it, in the words of our error codes.

import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { asProblem, type ApiProblem } from "../api/problem";

interface ProblemProps {
  error: unknown;
  onRetry?: () => void;
  /** Where it can be put away. */
  onClose?: () => void;
}

export function Problem({ error, onRetry, onClose }: ProblemProps) {
  const { t } = useTranslation("app");
  const problem = asProblem(error);
  const told = useWords(problem);
  return (
    <Alert
      color="red"
      variant="light"
      title={told.title}
      role="alert"
      {...(onClose
        ? { withCloseButton: true, closeButtonLabel: t("confirm.close"), onClose }
        : {})}
    >
      <Text size="sm">{told.text}</Text>
      {onRetry && (
        <Group mt="sm">
          <Button size="xs" variant="default" onClick={onRetry}>
            {t("problem.retry")}
          </Button>
        </Group>
      )}
    </Alert>
  );
}

interface Words {
  title: string;
  text: string;
}

/** The catalogue's words for a problem; the server's own where it has none. */
export function useWords(problem: ApiProblem): Words {
  const { t, i18n } = useTranslation("app");
  const wait = { seconds: Math.ceil(problem.retryAfter ?? 60) };
  const kind = kindOf(problem, (name) => i18n.exists(`app:problems.${name}`));
  return {
    title: t(`problems.${kind}.title`, wait),
    text: kind === "other" && problem.message ? problem.message : t(`problems.${kind}.text`, wait),
  };
}

type Kind = "other";

function kindOf(problem: ApiProblem, known: (name: string) => boolean): Kind {
  // The codes come from the server, the key's type from the catalogue.
  const names = [problem.code, `status_${problem.status}`];
  return (names.find(known) ?? "other") as Kind;
}
