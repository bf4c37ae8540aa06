// What is known besides the interleaving: accesses, waits, objects, threads, how it was found, the environment.
import type { Frame } from "./document";
import { short_file, thread_name, user_frame } from "./trace";
import { finding, result } from "./view";

function Stack({ stack }: { stack: Frame[] }) {
  const frames = stack.filter((f) => !f.library);
  const shown = frames.length > 0 ? frames : stack;
  if (shown.length === 0) return <p class="muted">no stack known</p>;
  return (
    <ol class="stack">
      {shown.map((f) => (
        <li>
          <code>{f.function ?? "?"}</code> {f.file && `${short_file(f.file)}:${f.line}`} {f.inlined && <small>inlined</small>}
          {f.source && <pre>{f.source}</pre>}
        </li>
      ))}
    </ol>
  );
}

export function Details() {
  const f = finding.value;
  const document = result.value;
  if (!f || !document) return null;
  const object = (id: number | null) => f.objects.find((o) => o.id === id)?.name ?? "memory";
  return (
    <section class="details" aria-label="Details" tabIndex={0}>
      {f.accesses.map((a) => (
        <div>
          <h2>
            {thread_name(f, a.thread)}: {a.kind} {a.object !== null && `of ${object(a.object)}`} <small>{a.role}</small>
          </h2>
          <Stack stack={a.stack} />
        </div>
      ))}
      {f.blocked.map((b) => (
        <div>
          <h2>
            {thread_name(f, b.thread)} {b.spin ? "goes round in" : "waits in"} {b.call}
            {b.object !== null && ` for ${object(b.object)}`}
            {b.holder !== null && `, held by ${thread_name(f, b.holder)}`}
          </h2>
          <Stack stack={b.stack} />
        </div>
      ))}
      {f.held.map((h) => (
        <div>
          <h2>
            {thread_name(f, h.thread)} holds {object(h.object)}
          </h2>
          <Stack stack={h.stack} />
        </div>
      ))}
      {f.analysis && (
        <>
          <h2>What else could have happened</h2>
          <table class="chances">
            <caption class="visually-hidden">Random continuations of the first steps</caption>
            <thead>
              <tr>
                <th scope="col">after step</th>
                <th scope="col">fail</th>
                <th scope="col">pass</th>
              </tr>
            </thead>
            <tbody>
              {f.analysis.chances.map((c) => (
                <tr>
                  <th scope="row">{c.after === 0 ? "the start" : c.after}</th>
                  <td>{c.failed}</td>
                  <td>{c.passed}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {f.analysis.fixes.map((fix) => (
            <div class="fix">
              <h3>Orders that prevent it</h3>
              <ul>
                {fix.orders.map((o) => {
                  const frame = user_frame(o.stack);
                  return (
                    <li>
                      {o.kind} {frame?.file && `${short_file(frame.file)}:${frame.line}`}: <code>{o.to}</code> instead of{" "}
                      <code>{o.from}</code>
                    </li>
                  );
                })}
              </ul>
              <p class="muted">
                {fix.verified ? `All ${fix.executions} executions were explored with them` : `${fix.executions} executions were tried with them`}
                , and nothing went wrong.
              </p>
            </div>
          ))}
        </>
      )}
      <h2>Objects</h2>
      <ul>
        {f.objects.map((o) => (
          <li>
            <code>{o.name}</code>: {o.type ?? o.kind}, {o.size} bytes at {o.address}, {o.region}
            {o.declared_at && `, declared at ${short_file(o.declared_at.file)}:${o.declared_at.line}`}
          </li>
        ))}
      </ul>
      <h2>Threads</h2>
      <ul>
        {f.threads.map((t) => (
          <li>
            {thread_name(f, t.id)}
            {t.entry && (
              <>
                {" "}
                runs <code>{t.entry}</code>
              </>
            )}
            {t.creator !== null && `, started by ${thread_name(f, t.creator)}`}
          </li>
        ))}
      </ul>
      <h2>How it was found</h2>
      <p>
        In execution {f.execution}
        {f.phase && ` (${f.phase})`}, reproduced in {f.reproduced} of {f.replays} replays
        {f.minimized &&
          `, shortened from ${f.minimized.switches_before} to ${f.minimized.switches_after} preemptions in ${f.minimized.attempts} attempts`}
        .
      </p>
      <h2>Run</h2>
      <dl>
        <dt>program</dt>
        <dd>
          {document.program} {document.arguments.join(" ")}
        </dd>
        {Object.entries({ ...document.exploration, ...document.options }).map(([k, v]) => (
          <>
            <dt>{k.replaceAll("_", " ")}</dt>
            <dd>{String(v)}</dd>
          </>
        ))}
        <dt>fingerprint</dt>
        <dd>{f.fingerprint}</dd>
      </dl>
      {f.output && (
        <>
          <h2>Output</h2>
          <pre>{f.output}</pre>
        </>
      )}
    </section>
  );
}
