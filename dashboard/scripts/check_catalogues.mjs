// Refuses text outside the catalogues, and catalogues that differ in their keys.
//
// Text is: words in JSX, string literals in JSX, and string literals given to the
// properties that people see or hear. Run by `npm run check`.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import ts from "typescript";

const SOURCES = join(dirname(fileURLToPath(import.meta.url)), "..", "src");
const CATALOGUES = join(SOURCES, "catalogues");
const LANGUAGES = ["ja", "zh-Hant", "th"];
const SEEN_OR_HEARD = new Set([
  "alt", "aria-description", "aria-label", "aria-placeholder", "aria-roledescription",
  "aria-valuetext", "description", "label", "message", "nothingFoundMessage",
  "placeholder", "title", "tooltip",
]);
// Symbols and what is between words; anything with a letter is text.
const LETTER = /\p{L}/u;

function* strays(file) {
  const text = readFileSync(file, "utf8");
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const at = (node) => tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const note = (node, words) => {
    if (LETTER.test(words)) found.push(`${relative(SOURCES, file)}:${at(node)} ${words.trim()}`);
  };
  const visit = (node) => {
    if (ts.isJsxText(node)) note(node, node.text);
    else if (ts.isJsxAttribute(node) && SEEN_OR_HEARD.has(node.name.getText()))
      literalsOf(node.initializer, note);
    else if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent))
      literalsOf(node.expression, note);
    else if (ts.isPropertyAssignment(node) && SEEN_OR_HEARD.has(nameOf(node)))
      literalsOf(node.initializer, note);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  yield* new Set(found);
}

/** The literals that this expression may come to, not those inside of calls. */
function literalsOf(node, note) {
  if (!node) return;
  if (ts.isStringLiteralLike(node)) note(node, node.text);
  else if (ts.isTemplateExpression(node)) {
    const parts = [node.head, ...node.templateSpans.map((span) => span.literal)];
    note(node, parts.map((part) => part.text).join(" "));
  } else if (ts.isConditionalExpression(node)) {
    literalsOf(node.whenTrue, note);
    literalsOf(node.whenFalse, note);
  } else if (ts.isBinaryExpression(node)) {
    if (!isComparison(node.operatorToken.kind)) {
      literalsOf(node.left, note);
      literalsOf(node.right, note);
    }
  } else if (ts.isParenthesizedExpression(node) || ts.isJsxExpression(node))
    literalsOf(node.expression, note);
}

function isComparison(kind) {
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken
  );
}

function nameOf(assignment) {
  return ts.isStringLiteral(assignment.name) ? assignment.name.text : assignment.name.getText();
}

/** Each key with its placeholders: "home.greeting {{name}}". */
function keysOf(tree, above = "") {
  return Object.entries(tree).flatMap(([key, value]) => {
    const name = above ? `${above}.${key}` : key;
    if (typeof value !== "string") return keysOf(value, name);
    if (value.trim() === "") return [`${name} is empty`];
    const places = [...value.matchAll(/\{\{[^}]+\}\}/g)].map(([place]) => place);
    // A language has as many plural forms as it has; they are one key.
    return [[name.replace(/_(zero|one|two|few|many|other)$/, ""), ...places.sort()].join(" ")];
  });
}

function* differences(room) {
  const read = (language) => {
    const file = join(CATALOGUES, language, room);
    return new Set(keysOf(JSON.parse(readFileSync(file, "utf8"))));
  };
  const english = read("en");
  for (const language of LANGUAGES) {
    const other = read(language);
    for (const key of english) if (!other.has(key)) yield `${language}/${room} lacks ${key}`;
    for (const key of other) if (!english.has(key)) yield `en/${room} lacks ${key}`;
  }
}

const sources = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith("embed/") && !file.endsWith(".d.ts"));
const rooms = new Set(["en", ...LANGUAGES].flatMap((each) => readdirSync(join(CATALOGUES, each))));
const wrong = [
  ...sources.flatMap((file) => [...strays(join(SOURCES, file))]),
  ...[...rooms].flatMap((room) => [...differences(room)]),
];
wrong.forEach((each) => console.error(each));
console.log(`${sources.length} sources, ${rooms.size} catalogues in 4 languages: ${wrong.length} faults`);
process.exitCode = wrong.length ? 1 : 0;
