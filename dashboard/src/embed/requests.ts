// Calls to the service: no cookies, no referrer, and an end.

const PATIENCE_MS = 10_000;

/** Asks for JSON. */
export function get(url: string): Promise<Response> {
  return request(url, {});
}

/** Sends JSON. */
export function post(url: string, body: unknown): Promise<Response> {
  return request(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function request(url: string, more: RequestInit): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    return await fetch(url, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: stop.signal,
      ...more,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Whether asking again later may help. */
export function passing(answer: Response): boolean {
  return answer.status === 429 || answer.status >= 500;
}

/** How long the service wants to be left alone: seconds, if it says so. */
export function retryAfter(answer: Response): number | null {
  const seconds = Number(answer.headers.get("Retry-After"));
  return seconds > 0 ? Math.min(seconds, 300) : null;
}
