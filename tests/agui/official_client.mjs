// The official AG-UI client talks to a running server: reads a play as JSON from
// standard input, and prints what the client made of it, one entry per step.
//
// A play is { packages, url, token, threadId, history, run, steps }. A step is
//   { say }                 the person writes this
//   { answers }             answers to the pending interrupts, in their order:
//                           a payload, or null for one that is abandoned
//   { say, answers }        both at once, as a client steers away from open cards
//   { leaveAfter: n }       the client goes away after n events
//   { cancelAfter: n }      the client asks the server to stop after n events
// `history`, `run` and `state` are what a hostile client adds to every request.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const play = JSON.parse(await text(process.stdin));
const { HttpAgent } = createRequire(play.packages)("@ag-ui/client");
const headers = { Authorization: `Bearer ${play.token}` };

// Keeps the bytes of the answer as they came, beside what the client reads.
let wire = [];
async function recordingFetch(url, request) {
  const response = await fetch(url, request);
  const recorded = response.clone();
  wire.push({
    contentType: response.headers.get("content-type"),
    body: recorded.text().catch(() => ""),
  });
  return response;
}

const agent = new HttpAgent({
  url: play.url,
  headers,
  fetch: recordingFetch,
  threadId: play.threadId,
  initialMessages: play.history ?? [],
  initialState: play.state ?? {},
});

function resumeWith(answers) {
  return agent.pendingInterrupts.map(({ id }, place) =>
    answers[place] === null
      ? { interruptId: id, status: "cancelled" }
      : { interruptId: id, status: "resolved", payload: answers[place] },
  );
}

async function playStep(step) {
  const told = { events: [], outcome: null, error: null };
  wire = [];
  if (step.say !== undefined) {
    agent.addMessage({ id: crypto.randomUUID(), role: "user", content: step.say });
  }
  const resume = step.answers && resumeWith(step.answers);
  const subscriber = {
    async onEvent({ event, input }) {
      if (told.events.length === step.leaveAfter) return; // what it had received already
      told.runId = input.runId;
      told.events.push(event);
      if (told.events.length === step.leaveAfter) agent.abortRun();
      if (told.events.length === step.cancelAfter) {
        const cancel = `${play.url}/runs/${input.runId}/cancel`;
        await fetch(cancel, { method: "POST", headers });
      }
    },
    onRunFinishedEvent({ outcome }) {
      told.outcome = outcome;
    },
  };
  try {
    await agent.runAgent({ ...play.run, ...(resume && { resume }) }, subscriber);
  } catch (error) {
    told.error = error.message;
  }
  const [answer] = wire;
  return {
    ...told,
    contentType: answer?.contentType,
    wire: await answer?.body,
    messages: agent.messages,
    pending: agent.pendingInterrupts,
    state: agent.state,
  };
}

console.error = () => {}; // the client prints each error that it also throws
const steps = [];
for (const step of play.steps) steps.push(await playStep(step));
process.stdout.write(JSON.stringify(steps));
