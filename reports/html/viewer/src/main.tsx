import { render } from "preact";

import { App } from "./App";
import { embedded_document } from "./document";
import { listen } from "./keys";
import "./style.css";
import { start } from "./view";

const root = document.getElementById("app")!;
try {
  start(await embedded_document());
  listen();
  root.textContent = "";
  render(<App />, root);
} catch (error) {
  root.textContent = `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
}
