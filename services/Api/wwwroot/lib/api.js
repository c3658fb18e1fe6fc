// The HTTP API, as any app uses it: JSON, a bearer token, and problem details (RFC 9457) when something is wrong.
import { session, signOut } from "./session.js";

export class ApiError extends Error {
  /** @param errors sentences by field, from a 400 */
  constructor(status, message, errors = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export const get = async (path, options) => (await send("GET", path, options)).json();

export async function post(path, body, options = {}) {
  const answer = await send("POST", path, { ...options, body });
  return answer.status === 204 ? null : answer.json();
}

export const put = async (path, body) => (await send("PUT", path, { body })).json();
export const remove = (path) => send("DELETE", path);

/** Sends a request and hands back a good answer; anything else becomes an ApiError with a sentence. */
export async function send(method, path, { body, headers, signal } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method, signal, cache: "no-store", credentials: "omit",
      headers: { Authorization: `Bearer ${session.token}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new ApiError(0, "BatchBus does not answer. It is tried again by itself; look whether Api runs if it stays so.");
  }
  if (answer.ok) return answer;
  throw await problem(answer);
}

async function problem(answer) {
  const details = await answer.json().catch(() => ({}));
  const sentence = details.detail ?? firstError(details) ?? details.title
    ?? (answer.status === 401 ? "The token is not valid, or it has expired." : `The answer was ${answer.status}.`);
  if (answer.status === 401) signOut(sentence);
  return new ApiError(answer.status, sentence, details.errors ?? {});
}

const firstError = (details) => Object.values(details.errors ?? {}).flat()[0];

/** The path with the parameters that have a value. */
export function address(path, parameters) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  return query.size === 0 ? path : `${path}?${query}`;
}

/** A random text for Idempotency-Key; randomUUID is there on secure origins alone. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
