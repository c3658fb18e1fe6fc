// Server-sent events over fetch, because EventSource cannot send a bearer token. The stream sleeps while the tab is hidden, and comes again with
// Last-Event-ID after whatever ended it.
import { send } from "./api.js";

const shortestWait = 1_000;
const longestWait = 30_000;
// Twice the longest Events__Heartbeat: a line that is quiet for so long is dead, though nothing has closed it.
const longestSilence = 60_000;

/**
 * @param onEvent called with the event's type and its data, parsed
 * @param onState called with "live", "paused" or "away"
 * @returns a function that ends it
 */
export function follow(path, onEvent, onState) {
  let lastId = null;
  let wait = shortestWait;
  let timer = 0;
  let connection = null;
  let isOver = false;

  async function connect() {
    clearTimeout(timer);
    if (isOver || document.hidden || connection) return;
    const mine = (connection = new AbortController());
    const slow = setTimeout(() => mine.abort(), longestSilence);
    try {
      const answer = await send("GET", path, { signal: mine.signal, headers: { Accept: "text/event-stream", ...(lastId ? { "Last-Event-ID": lastId } : {}) } });
      clearTimeout(slow);
      if (answer.status === 204) return;
      onState("live");
      await read(answer.body, (event) => {
        wait = shortestWait;
        lastId = event.id ?? lastId;
        onEvent(event.type, JSON.parse(event.data));
      });
    } catch (e) {
      if (e.name !== "AbortError" && e.status === undefined) throw e; // an error of our own, not of the line
    } finally {
      clearTimeout(slow);
      if (connection === mine) {
        connection = null;
        again();
      }
    }
  }

  function again() {
    if (isOver || document.hidden) return;
    onState("away");
    timer = setTimeout(connect, wait);
    wait = Math.min(wait * 2, longestWait);
  }

  function visibility() {
    if (document.hidden) {
      clearTimeout(timer);
      connection?.abort();
      connection = null;
      onState("paused");
    } else {
      wait = shortestWait;
      connect();
    }
  }

  document.addEventListener("visibilitychange", visibility);
  addEventListener("online", connect);
  connect();
  return () => {
    isOver = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", visibility);
    removeEventListener("online", connect);
    connection?.abort();
  };
}

// WHATWG HTML, 9.2.6, as far as our server makes use of it.
async function read(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    // A line that breaks, or is dead, ends the stream like its end: it comes again.
    const silence = setTimeout(() => reader.cancel().catch(() => {}), longestSilence);
    const { value, done } = await reader.read().catch(() => ({ done: true }));
    clearTimeout(silence);
    if (done) return;
    text += value;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (event.data) onEvent(event);
    }
  }
}

function parse(block) {
  const event = { type: "message", data: "", id: null };
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).replace(/^ /, "");
    if (line.startsWith("event:")) event.type = value;
    else if (line.startsWith("data:")) event.data += value;
    else if (line.startsWith("id:")) event.id = value;
  }
  return event;
}
