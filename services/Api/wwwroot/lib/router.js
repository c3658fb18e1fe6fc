// Addresses behind the #: #/jobs?status=failed. They work from a bookmark, in a new tab, and with the browser's buttons.

const routes = [];

/** route("/jobs/:id", page) */
export function route(pattern, page) {
  routes.push({ parts: pattern.split("/"), page });
}

export function current() {
  const [path, query = ""] = (location.hash.slice(1) || "/").split("?");
  return { path, query: new URLSearchParams(query) };
}

/** The page for the address, with what the address says; null when there is none. */
export function match() {
  const { path, query } = current();
  const parts = path.split("/");
  for (const candidate of routes) {
    if (candidate.parts.length !== parts.length) continue;
    const found = {};
    const fits = candidate.parts.every((part, i) => (part.startsWith(":") ? (found[part.slice(1)] = decodeURIComponent(parts[i])) !== "" : part === parts[i]));
    if (fits) return { page: candidate.page, parameters: found, query, path };
  }
  return null;
}

export function link(path, query = {}) {
  const parameters = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== ""));
  return `#${path}${parameters.size === 0 ? "" : `?${parameters}`}`;
}

export const go = (path, query) => { location.hash = link(path, query); };
