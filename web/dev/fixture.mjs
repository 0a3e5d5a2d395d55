// A small stand-in for the server, for working on screens without one: `npm run dev:fixture`, then `npm run dev` with
// FUMETTO_DEV_SERVER=http://127.0.0.1:8421. Keeps everything in memory. Pictures come from a folder of Pepper & Carrot
// (David Revoy, CC BY 4.0) named by FIXTURE_DATA. FIXTURE_SERIES=5000 fills the shelf; FIXTURE=empty empties it,
// FIXTURE=signed-out signs out, FIXTURE=broken fails every list, FIXTURE=slow takes its time.
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const data = process.env.FIXTURE_DATA ?? new URL("../../../shared/data/pepper_carrot", import.meta.url).pathname;
const mode = process.env.FIXTURE ?? "";
const port = Number(process.env.FIXTURE_PORT ?? 8421);
const many = Number(process.env.FIXTURE_SERIES ?? 0);

const titles = [
  { en: "The Potion of Flight", fr: "La potion d’envol", de: "Der Flugzaubertrank", ja: "飛行の魔法薬", ar: "جرعة الطيران" },
  { en: "Rainbow Potions", fr: "Les potions arc-en-ciel", de: "Die Regenbogentränke", ja: "虹色の魔法薬", ar: "جرعات قوس قزح" },
  { en: "The Secret Ingredients", fr: "Les ingrédients secrets", de: "Die geheimen Zutaten", ja: "秘密の材料", ar: "المكونات السرية" },
  { en: "Stroke of Genius", fr: "Un coup de génie", de: "Geniestreich", ja: "天才のひらめき", ar: "ضربة عبقرية" },
  { en: "Special Holiday Episode", fr: "Épisode spécial Noël", de: "Feiertags-Spezial", ja: "ホリデースペシャル", ar: "حلقة العطلة" },
  { en: "The Potion Contest", fr: "Le concours de potions", de: "Der Zaubertrank-Wettbewerb", ja: "魔法薬コンテスト", ar: "مسابقة الجرعات" },
];
const colors = ["#c9935a", "#d9c9a2", "#2a6e86", "#7c2f2c", "#cfd0c9", "#25454a"];
const hash = "LEHV6nWB2yk8pyo0adR*.7kCMdnj";
const days = (n) => new Date(Date.UTC(2026, 10, 22, 9) - n * 86_400_000).toISOString();

const files = new Map();
const file = (id, path) => files.set(id, path) && id;

function pageImages(number) {
  const folder = join(data, "episodes", `ep0${number}`);
  const art = readdirSync(folder).filter((name) => name.endsWith(".png")).sort();
  const cover = art.find((name) => /E\d+\.png$/.test(name));
  return [cover, ...art.filter((name) => name !== cover)].map((name) => join(folder, name));
}

function picture(id) {
  return { image_url: `/api/v1/pages/${id}/image/display?v=1`, thumbnail_url: `/api/v1/pages/${id}/image/thumbnail?v=1`, art_url: null };
}

function episode(series, number, read = 0) {
  const images = pageImages(number);
  const id = `${series.slug}-e${number}`;
  const lettered = join(data, "lettered", number === 1 ? "Pepper and Carrot 01 - Potion of Flight" : "Pepper and Carrot 02 - Rainbow Potions");
  const pages = images.map((path, index) => {
    const kind = index === 0 ? "cover" : index === 1 ? "title" : index === images.length - 1 ? "credits" : "story";
    const better = join(lettered, `0${index - 1}.jpg`);
    const pageId = file(`${id}-p${index}`, number < 3 && kind === "story" && existsSync(better) ? better : path);
    return {
      id: pageId, order_index: index, page_number: index > 1 ? index - 1 : null, kind, width: 992, height: kind === "title" ? 380 : 1401,
      double: false, blurhash: hash, dominant_color: colors[number - 1], state: "ready", error: null, languages: ["en", "fr", "de", "ja", "ar"],
      seen: index < read, ...picture(pageId),
    };
  });
  return {
    id, slug: `e${number}`, series_slug: series.slug, number: String(number), title: titles[number - 1].en, titles: titles[number - 1], language: "en",
    languages: ["en", "fr", "de", "ja", "ar"], published_at: `201${3 + number}-0${number}-12`, page_count: pages.length, cover: cover(pages[0], number),
    progress: read ? { order_index: read - 1, page_number: read > 2 ? read - 2 : null, page_count: pages.length, finished: read >= pages.length,
      fraction: read / pages.length, device_name: "Firefox, Android", updated_at: days(number) } : null,
    read_state: read === 0 ? "unread" : read >= pages.length ? "read" : "reading", state: number === 5 ? "partial" : "ready", missing: false,
    editions: number === 1 ? [{ id: `${id}-b`, label: "Potion of Flight (2014 scan).cbz", page_count: 4 }] : [],
    plot_summary: number === 1 && read >= pages.length ? "Pepper brews a potion to fly, and Carrot is the first to try it." : null,
    credits_url: "https://www.peppercarrot.com", license: "CC BY 4.0", series, direction: null, pages,
    previous: null, next: null, credits: series.credits, commentary_url: null, locked_fields: number === 2 ? ["title"] : [],
  };
}

function cover(page, number) {
  return { page_id: page.id, url: page.thumbnail_url, width: 992, height: 1401, blurhash: hash, dominant_color: colors[number - 1] };
}

function makeSeries(slug, title, more = {}) {
  return {
    id: `s-${slug}`, slug, title, episode_count: 0, languages: ["en", "fr", "de", "ja", "ar"], direction: "ltr", age_rating: null, tags: [], cover: null,
    read_state: "unread", unread_count: 0, new_count: 0, added_at: days(3), updated_at: days(2), last_read_at: null, missing_count: 0, sort_title: title, missing: false, summary: null, publisher: null, year: 2014, language: "en",
    credits: [{ role: "creator", name: "David Revoy", url: "https://www.davidrevoy.com" }, { role: "translator", name: "Alex Gryson" }],
    license: "CC BY 4.0", attribution: "Art and scenario: David Revoy, based on the universe of Hereva.", locked_fields: [], preferences: null, ...more,
  };
}

const library = [];
const episodes = new Map();
function shelve(series, list) {
  series.episode_count = list.length;
  series.cover ??= list[0]?.cover ?? null;
  series.unread_count = list.filter((one) => one.read_state !== "read").length;
  series.read_state = list.every((one) => one.read_state === "read") ? "read" : list.some((one) => one.read_state !== "unread") ? "reading" : "unread";
  list.forEach((one, index) => {
    const link = (other) => (other ? { id: other.id, title: other.title, number: other.number } : null);
    one.previous = link(list[index - 1]);
    one.next = link(list[index + 1]);
    episodes.set(one.id, one);
  });
  library.push({ series, list });
}

if (mode !== "empty") {
  const main = makeSeries("pepper-and-carrot", "Pepper & Carrot", {
    summary: "A young witch, her cat, and a great many potions that do not do what it says on the label. A comic about magic, friendship and the trouble with shortcuts, set in the world of Hereva.",
    tags: ["fantasy", "humour", "all ages"], age_rating: "Everyone", new_count: 3,
  });
  shelve(main, [episode(main, 1, 99), episode(main, 2, 99), episode(main, 3, 4), episode(main, 4), episode(main, 5), episode(main, 6, 6)]);
  [["Rainbow Potions", 2, 0], ["Komona Markets", 3, 0], ["Stroke of Genius", 4, 0], ["Special Holiday", 5, 99], ["The Lighthouse Keeper", 6, 2], ["Tales of the Long and Winding Road to the Valley of the Dragon Cows", 1, 3]].forEach(([title, number, read], index) => {
    const slug = title.toLowerCase().replace(/[^a-z]+/g, "-");
    const series = makeSeries(slug, title, { new_count: index === 1 ? 1 : 0, missing: index === 2, direction: index === 5 ? "rtl" : "ltr" });
    const list = [episode(series, number, read)];
    if (index === 2) list.push({ ...episode(series, 2), id: `${slug}-gone`, missing: true, number: "7", title: "A file that has gone" });
    shelve(series, list);
  });
  for (let n = 1; n <= many; n += 1) {
    const number = 1 + (n % 6);
    const series = makeSeries(`crowd-${n}`, `${["Moon", "River", "Clockwork", "Paper", "Salt", "Ember"][n % 6]} ${["Garden", "Letters", "Foxes", "Harbour", "Choir"][n % 5]} ${n}`, { cover: library[0].list[number - 1].cover, episode_count: 1 + (n % 40) });
    library.push({ series, list: [] });
  }
}

const shelves = [{ id: "c1", name: "Bedtime", slugs: ["pepper-and-carrot", "special-holiday", "rainbow-potions"] }, { id: "c2", name: "Borrowed from Nonna", slugs: ["komona-markets"] }];
const reading = [{ id: "r1", name: "Saturday with the class", ids: ["pepper-and-carrot-e1", "pepper-and-carrot-e2", "the-lighthouse-keeper-e6"] }];
const roots = [
  { id: "root1", path: "/srv/comics/webcomics", series_title: null, state: "available", managed: false, missing_count: 0, failed_count: 0, notice: null, episode_count: 212, last_scanned_at: days(0.1) },
  { id: "root2", path: "/media/usb/Bande dessinée", series_title: null, state: "unmounted", notice: { code: "root_unmounted", message: "The folder is not there, or is empty where it was not. Nothing on the shelf was touched." }, managed: false, missing_count: 0, failed_count: 0, episode_count: 41, last_scanned_at: days(6) },
];
const problems = [
  { path: "/srv/comics/webcomics/Salt Letters/Salt Letters 04.cbz", code: "archive_truncated", message: "The file ends too early: 11 of its 24 pages can be read. Copy it again from where it came.", at: days(0.1), kind: "book" },
  { path: "/srv/comics/webcomics/locked.cbr", code: "archive_encrypted", message: "The archive asks for a password. Unpack it and pack it again without one.", at: days(1), kind: "book" },
  { path: "/srv/comics/webcomics/Paper Foxes/02/p07.jpg", code: "image_unreadable", message: "This page’s picture is damaged. The other 21 pages are fine.", at: days(2), kind: "page" },
];
const devices = [
  { id: "d1", name: "Chrome, Linux", current: true, created_at: days(12), last_seen_at: days(0) },
  { id: "d2", name: "Firefox, Android", current: false, created_at: days(40), last_seen_at: days(1) },
];
const keys = [{ id: "k1", name: "KOReader on the Kobo", created_at: days(30), last_used_at: days(2) }];
const users = [
  { id: "u1", name: "Ada", role: "owner", language: "en", is_active: true, created_at: days(90), last_seen_at: days(0) },
  { id: "u2", name: "Bruno", role: "reader", language: "it", is_active: true, created_at: days(20), last_seen_at: days(3) },
];
let session = { user: mode === "signed-out" ? null : users[0], public_reading: false, version: "0.1.0" };
const activity = { id: "a1", kind: "import", title: "Importing webcomics", state: mode === "busy" ? "running" : "succeeded", done: 84, total: 212, failed_count: 1, rate: 2, seconds_left: 64, detail: {}, started_by: null, created_at: days(0), started_at: days(0), finished_at: null };
const listeners = new Set();
setInterval(() => {
  if (activity.state !== "running") return;
  activity.done = Math.min(activity.total, activity.done + 2);
  if (activity.done >= activity.total) activity.state = "succeeded";
  for (const listener of listeners) listener.write(`data: ${JSON.stringify(activity)}\n\n`);
}, 1000).unref();

const list = (items, next = null, total = items.length) => ({ items, total, next_cursor: next });
const undos = new Map();
function edited(undo) {
  const edit_id = `x${undos.size + 1}`;
  undos.set(edit_id, undo);
  return { edit_id };
}
function set(target, changes) {
  const before = structuredClone(target);
  Object.assign(target, changes);
  return edited(() => Object.assign(target, before));
}
const fail = (status, code, title, detail) => ({ status, body: { type: "about:blank", title, status, code, detail, request_id: "req-fixture" } });
const summary = (one) => ({ id: one.id, name: one.name });
const covers = (slugs) => slugs.map((slug) => library.find(({ series }) => series.slug === slug)?.series.cover).filter(Boolean).slice(0, 4);

function findSeries(query) {
  let found = library.map(({ series }) => series);
  const words = query.get("search")?.toLowerCase();
  if (words) found = found.filter((one) => one.title.toLowerCase().includes(words));
  const filter = query.get("filter") ?? "all";
  if (filter === "new") found = found.filter((one) => one.new_count);
  else if (filter !== "all") found = found.filter((one) => one.read_state === filter);
  const collection = shelves.find((one) => one.id === query.get("collection"));
  if (collection) found = found.filter((one) => collection.slugs.includes(one.slug));
  if (query.get("tag")) found = found.filter((one) => one.tags.includes(query.get("tag")));
  if ((query.get("sort") ?? "title") === "title" && words) found.sort((a, b) => a.title.localeCompare(b.title));
  if (query.get("order") === "desc") found.reverse();
  const start = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 60);
  return list(found.slice(start, start + limit), start + limit < found.length ? String(start + limit) : null, found.length);
}

function answer(method, path, query, body) {
  const parts = path.split("/").filter(Boolean);
  const [room, id, more, last] = parts;
  if (room === "session" && !id) {
    if (method === "POST") {
      if (body.token === "used") return fail(401, "sign_in_link_used", "This link was used already", "Each link works once. Ask for a new one.");
      session = { ...session, user: users[0] };
    }
    if (method === "PATCH") Object.assign(session.user, body);
    if (method === "DELETE") session = { ...session, user: null };
    return session;
  }
  if (!session.user) return fail(401, "sign_in_required", "Sign in first", "This library is not open to everybody.");
  if (mode === "broken" && method === "GET" && ["series", "reading", "roots", "collections"].includes(room)) return fail(503, "busy", "The database is busy", "All connections are in use. Try again in a moment.");
  const entry = library.find(({ series }) => series.slug === id || series.id === id);
  switch (room) {
    case "series":
      if (method === "GET" && !id) return findSeries(query);
      if (method === "PATCH" && !id) return body.ids.map((one) => set(library.find(({ series }) => series.id === one).series, body.set)).at(-1);
      if (id === "merge") return edited(() => {});
      if (!entry) return fail(404, "not_found", "Not here", "There is no such series.");
      if (more === "episodes") return { items: entry.list };
      if (more === "split") return edited(() => {});
      if (more === "missing") { entry.list = entry.list.filter((one) => !one.missing); return edited(() => {}); }
      if (method === "PATCH") return set(entry.series, body);
      return entry.series;
    case "episodes":
      if (id === "move" || id === "renumber") return edited(() => {});
      if (method === "PATCH" && !id) return body.ids.map((one) => set(episodes.get(one), body.set)).at(-1);
      if (method === "PATCH") return set(episodes.get(id), body);
      return episodes.get(id) ?? fail(404, "not_found", "Not here", "There is no such episode.");
    case "edits":
      undos.get(id)?.();
      return {};
    case "reading":
      if (id === "continue") return { items: [...episodes.values()].filter((one) => one.progress && !one.progress.finished).sort((a, b) => b.pages.length - a.pages.length || b.progress.fraction - a.progress.fraction).slice(0, 6).map((one) => ({ series: one.series, episode: one, page: one.pages[one.progress.order_index], progress: one.progress })) };
      if (id === "preferences") return body ?? {};
      if (id === "mark") { if (body.episode_id) { const one = episodes.get(body.episode_id); one.read_state = body.state === "unread" ? "unread" : "read"; one.progress = null; } return {}; }
      return { progress: null, seen: [] };
    case "pages":
      return more === "texts" ? { language: "en", source: "lettering", balloons: [] } : { file: files.get(id) };
    case "collections": {
      const one = shelves.find((shelf) => shelf.id === id);
      const shown = (shelf) => ({ ...summary(shelf), series_count: shelf.slugs.length, covers: covers(shelf.slugs) });
      if (!id && method === "POST") { const made = { id: `c${shelves.length + 1}`, name: body.name, slugs: [] }; shelves.push(made); return shown(made); }
      if (!id) return list(shelves.map(shown));
      if (method === "PUT") { one.slugs = body.map((key) => library.find(({ series }) => series.id === key).series.slug); return {}; }
      if (method === "PATCH") { one.name = body.name; return shown(one); }
      if (method === "DELETE") { shelves.splice(shelves.indexOf(one), 1); return {}; }
      return one ? { ...shown(one), series: one.slugs.map((slug) => library.find(({ series }) => series.slug === slug).series) } : fail(404, "not_found", "Not here", "");
    }
    case "reading-lists": {
      const one = reading.find((shelf) => shelf.id === id);
      const shown = (shelf) => ({ ...summary(shelf), episode_count: shelf.ids.length, covers: shelf.ids.map((key) => episodes.get(key).cover).slice(0, 4) });
      if (!id && method === "POST") { const made = { id: `r${reading.length + 1}`, name: body.name, ids: [] }; reading.push(made); return shown(made); }
      if (!id) return list(reading.map(shown));
      if (method === "PUT") { one.ids = body; return {}; }
      if (method === "PATCH") { one.name = body.name; return shown(one); }
      if (method === "DELETE") { reading.splice(reading.indexOf(one), 1); return {}; }
      return one ? { ...shown(one), episodes: one.ids.map((key) => (episodes.get(key))) } : fail(404, "not_found", "Not here", "");
    }
    case "roots":
      if (method === "POST" && !id) {
        if (body.path.includes("nowhere")) return fail(422, "folder_missing", "No such folder", `There is no folder ${body.path} on the server.`);
        roots.push({ id: `root${roots.length + 1}`, ...body, state: "available", notice: null, episode_count: 0, last_scanned_at: null });
      }
      if (method === "DELETE") roots.splice(roots.findIndex((one) => one.id === id), 1);
      if (more === "scan") return { activity_id: "a1" };
      return mode === "empty" ? list([]) : list(roots);
    case "scan": case "uploads": case "imports":
      Object.assign(activity, { state: "running", done: 0 });
      return { activity_id: "a1" };
    case "problems": return mode === "empty" ? list([]) : list(problems);
    case "activities": if (more === "cancel") activity.state = "cancelled"; return list([activity]);
    case "devices": return list(devices);
    case "api-keys":
      if (method === "POST") { const made = { id: `k${keys.length + 1}`, name: body.name, created_at: days(0), last_used_at: null }; keys.push(made); return { ...made, token: "fum_Tq8sV2mJx0aYb7nKc4pR1wLd" }; }
      if (method === "DELETE") keys.splice(keys.findIndex((one) => one.id === id), 1);
      return list(keys);
    case "users":
      if (method === "POST") { const made = { id: `u${users.length + 1}`, language: null, is_active: true, created_at: days(0), last_seen_at: null, ...body }; users.push(made); return { ...made, sign_in_token: "once_9fK2" }; }
      if (method === "PATCH") return Object.assign(users.find((one) => one.id === id), body);
      return list(users);
    default: return fail(404, "not_found", "Not here", path + (last ?? ""));
  }
}

createServer((request, response) => {
  const url = new URL(request.url, "http://fixture");
  const path = url.pathname.replace(/^.*?\/api\/v1/, "");
  if (path === "/activities/events") {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": hello\n\n");
    listeners.add(response);
    request.on("close", () => listeners.delete(response));
    return;
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const text = Buffer.concat(chunks).toString();
    const json = request.headers["content-type"]?.includes("json") && text ? JSON.parse(text) : undefined;
    const at = path.startsWith("/session/devices") ? path.slice(8) : path;
    const result = answer(request.method, at, url.searchParams, json);
    if (result.file) {
      response.writeHead(200, { "content-type": result.file.endsWith("png") ? "image/png" : "image/jpeg", "cache-control": "max-age=3600" });
      createReadStream(result.file).pipe(response);
      return;
    }
    const { status = 200, body = result } = "body" in result && "status" in result ? result : {};
    setTimeout(() => {
      response.writeHead(status, { "content-type": status < 400 ? "application/json" : "application/problem+json" });
      response.end(JSON.stringify(body));
    }, mode === "slow" ? 60_000 : 0);
  });
}).listen(port, "127.0.0.1", () => console.log(`fixture on http://127.0.0.1:${port}`));
