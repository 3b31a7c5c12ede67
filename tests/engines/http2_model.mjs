// A model behind HTTP/2 alone: answers each chat completion after the same time, and says at the path
// /seen how many connections and questions there were.
//
//     node http2_model.mjs CERTIFICATE KEY MILLISECONDS ANSWER
//
// Prints its port.
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";

const [certificate, key, delay, answer] = process.argv.slice(2);
const body = JSON.stringify({
    choices: [{ finish_reason: "stop", message: { role: "assistant", content: answer } }],
    usage: { prompt_tokens: 321, completion_tokens: 12 },
});
const seen = { connections: 0, questions: 0 };

const server = createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) });
server.on("session", () => seen.connections++);
server.on("stream", (stream, headers) => {
    const isQuestion = headers[":method"] === "POST";
    seen.questions += isQuestion;
    stream.on("error", () => {});
    stream.resume();
    setTimeout(() => {
        stream.respond({ ":status": 200, "content-type": "application/json" });
        stream.end(isQuestion ? body : JSON.stringify(seen));
    }, isQuestion ? Number(delay) : 0);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
