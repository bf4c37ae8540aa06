// The result document (docs/schema/result-1.json) as the page reads it. Members that a document may lack are
// optional: older documents open too.

export interface Frame {
  function: string | null;
  file: string | null;
  line: number;
  column: number;
  source: string | null;
  inlined: boolean;
  library: boolean;
}

export interface Thread {
  id: number;
  name: string | null;
  entry: string | null;
  creator: number | null;
  created_at: Frame[];
}

export interface SharedObject {
  id: number;
  name: string;
  kind: string;
  type?: string | null;
  declared_at?: { file: string; line: number } | null;
  address: string;
  size: number;
  region: string;
  allocated_by: number | null;
  allocated_at: Frame[];
}

export interface Access {
  role: string;
  thread: number;
  kind: string;
  size: number;
  object: number | null;
  address: string | null;
  step: number | null;
  stack: Frame[];
}

export interface Blocked {
  thread: number;
  call: string;
  object: number | null;
  holder: number | null;
  spin: boolean;
  stack: Frame[];
}

export interface Step {
  step: number;
  thread: number;
  kind: string;
  call: string;
  object: number | null;
  size: number;
  order: string | null;
  value: string | null;
  written: string | null;
  source: number | null;
  mo_last: boolean;
  timed_out: boolean;
  switch: string | null;
  clock: number[];
  stack: Frame[];
  without?: string | null;
  without_surprise?: string | null;
}

export interface Minimized {
  switches_before: number;
  switches_after: number;
  attempts: number;
}

export interface LockSpan {
  thread: number;
  object: number;
  first: number;
  last: number | null;
  shared: boolean;
}

// A call of the object under test.
export interface Call {
  thread: number;
  label: string;
  after: number;
  until: number | null;
  stopped: boolean;
}

export interface OrderChange {
  kind: string;
  from: string;
  to: string;
  failure_to?: string | null;
  stack: Frame[];
}

export interface Chance {
  after: number;
  failed: number;
  passed: number;
}

// What was learnt by trying other executions.
export interface Analysis {
  executions: number;
  chances: Chance[];
  no_return: number | null;
  fixes: { orders: OrderChange[]; executions: number; verified: boolean }[];
  passing: { threads: Thread[]; objects: SharedObject[]; steps: Step[] } | null;
}

export interface Finding {
  rule: string;
  name: string;
  title: string;
  fingerprint: string;
  cause: string;
  message: string;
  token: string;
  replay: string | null;
  execution: number;
  phase: string | null;
  replays: number;
  reproduced: number;
  occurrences: number;
  threads: Thread[];
  objects: SharedObject[];
  accesses: Access[];
  blocked: Blocked[];
  held: { thread: number; object: number | null; stack: Frame[] }[];
  steps: Step[];
  minimized: Minimized | null;
  output: string;
  why?: string;
  locks?: LockSpan[];
  calls?: Call[];
  analysis?: Analysis | null;
  turning?: string | null;
}

export interface ResultDocument {
  schema_version: string;
  verdict: string;
  guarantee: string;
  error: string | null;
  program: string;
  arguments: string[];
  options: Record<string, unknown>;
  exploration: Record<string, string | number | null>;
  findings: Finding[];
  outcomes: { text: string; count: number }[];
  warnings: { call: string; message: string }[];
  problems: string[];
  sources?: { file: string; first: number; lines: string[] }[]; // excerpts; `first`: the number of lines[0]
}

// The document embedded in the page: JSON text, or for large ones gzip in base64 (data-encoding="gzip").
export async function embedded_document(): Promise<ResultDocument> {
  const element = document.getElementById("heddle-data");
  if (!element || !element.textContent) throw new Error("This page has no result in it.");
  if (element.dataset.encoding !== "gzip") return JSON.parse(element.textContent) as ResultDocument;
  const binary = atob(element.textContent.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(stream).json()) as ResultDocument;
}
