import "./app/styles";

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { speak } from "./api/http";
import { Application } from "./app/Application";
import { direction, loadMessages, preferredLanguage } from "./lib/language";

const language = preferredLanguage();
speak(language);
document.documentElement.lang = language;
document.documentElement.dir = direction(language);

const messages = await loadMessages(language);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <Application initial={{ language, messages }} />
  </StrictMode>,
);
