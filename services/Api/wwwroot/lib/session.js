// Who is signed in. The token is in this module's memory and nowhere else: it is gone when the page is.

let token = null;
let claims = null;
let expiry = 0;
const listeners = new Set();

export const session = {
  get token() { return token; },
  get isOpen() { return token !== null; },
  get isOperator() { return claims?.role === "service_role"; },
  get user() { return claims?.sub ?? null; },
  get name() { return claims === null ? "" : nameOf(claims); },
};

/** Tells a listener when somebody signs in or out. */
export function onSession(listener) {
  listeners.add(listener);
}

/** Signs in. Whether the token is good the API decides; what cannot be one is said here. */
export function signIn(text) {
  const read = claimsOf(text);
  if (read.problem) return read.problem;
  if (!isOfSession(read.claims)) signOut(); // what is on the page is the other one's
  [token, claims] = [text, read.claims];
  clearTimeout(expiry);
  expiry = setTimeout(() => signOut("Your sign-in has expired. Sign in again to go on."), Math.min(claims.exp * 1000 - Date.now(), 2_000_000_000));
  tell(null);
  return null;
}

export function signOut(reason = null) {
  if (token === null) return;
  token = claims = null;
  clearTimeout(expiry);
  tell(reason);
}

/**
 * What a sign-in page has put behind the address, as Supabase does. It is taken out of the address at once, so that it is not in the history,
 * in a bookmark or on a screenshot. Nobody is signed in by it: a link of somebody else's could have a token of theirs, and who followed it would give
 * their keys to that account (RFC 6749, 10.12). Whoever is at the page is asked, unless it is a new token of who is signed in.
 * @returns {{problem: ?string, offer: ?{token: string, who: string}}} null when there is nothing.
 */
export function takeFromAddress() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const [given, error] = [parameters.get("access_token"), parameters.get("error_description") ?? parameters.get("error")];
  if (given === null && error === null) return null;
  history.replaceState(null, "", `${location.pathname}${location.search}#/`);
  if (given === null) return { problem: error, offer: null };
  const read = claimsOf(given);
  if (read.problem) return { problem: read.problem, offer: null };
  if (isOfSession(read.claims)) return { problem: signIn(given), offer: null };
  return { problem: null, offer: { token: given, who: nameOf(read.claims) } };
}

function isOfSession({ sub, role }) {
  return token !== null && sub === claims.sub && role === claims.role;
}

/** Who somebody is, in the words of the page. Supabase gives those without an address an empty one. */
function nameOf({ role, email, sub }) {
  return role === "service_role" ? "Operator" : typeof email === "string" && email !== "" ? email : `User …${String(sub ?? "").slice(-8)}`;
}

function claimsOf(text) {
  const parts = text.split(".");
  let claims = null;
  try {
    claims = parts.length === 3 ? JSON.parse(decode(parts[1])) : null;
  } catch {
    claims = null;
  }
  if (claims === null || typeof claims !== "object") return { problem: "This is not a token. It has three parts with points between them and begins with eyJ." };
  if (!(claims.exp * 1000 > Date.now())) return { problem: "This token has expired. Get a new one." };
  if (claims.role !== "authenticated" && claims.role !== "service_role") return { problem: "This token has neither the role authenticated nor service_role." };
  return { claims };
}

// base64url (RFC 7515, 2) of UTF-8.
function decode(part) {
  const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function tell(reason) {
  for (const listener of listeners) listener(reason);
}
