// Why a request failed, in the shape that every screen can show.

interface Told {
  code: string;
  message: string;
  status: number;
  retryAfter?: number | undefined;
}

/** A request that failed. `code` is the server's stable name of the error. */
export class ApiProblem extends Error {
  readonly code: string;
  /** The HTTP status; 0 when nothing answered. */
  readonly status: number;
  /** Seconds to wait, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(told: Told) {
    super(told.message);
    this.name = "ApiProblem";
    this.code = told.code;
    this.status = told.status;
    this.retryAfter = told.retryAfter;
  }

  /** Nothing answered: the connection is lost, or the program is away. */
  get connectionLost(): boolean {
    return this.code === CONNECTION_LOST;
  }

  /** The sign-in has ended. */
  get signedOut(): boolean {
    return this.status === 401;
  }

  /** Worth another try by itself: nothing was refused. */
  get passing(): boolean {
    return this.connectionLost || this.status === 424 || this.status >= 500;
  }
}

const CONNECTION_LOST = "ConnectionLost";

export function connectionLost(): ApiProblem {
  return new ApiProblem({ code: CONNECTION_LOST, message: "", status: 0 });
}

/** What an answer that is an error tells. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const wait = Number(response.headers.get("retry-after"));
  return new ApiProblem({
    code: textOf(body, "error") ?? `Http${response.status}`,
    message: textOf(body, "message") ?? "",
    status: response.status,
    retryAfter: wait > 0 ? wait : undefined,
  });
}

/** A run that failed, as its last event tells it. */
export function problemFrom(told: { message: string; code?: string | undefined }): ApiProblem {
  return new ApiProblem({ code: told.code ?? "Unexpected", message: told.message, status: -1 });
}

/** Any failure as a problem, so that a screen has one thing to show. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiProblem({ code: "Unexpected", message, status: -1 });
}

function textOf(body: unknown, name: string): string | undefined {
  if (typeof body !== "object" || body === null || !(name in body)) return undefined;
  const value: unknown = Reflect.get(body, name);
  return typeof value === "string" ? value : undefined;
}
