// Counts the o200k_base tokens of each of the texts on standard input.

import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { packages, texts } = JSON.parse(await text(process.stdin));
const { encode } = createRequire(packages)("gpt-tokenizer/encoding/o200k_base");
process.stdout.write(JSON.stringify(texts.map((each) => encode(each).length)));
