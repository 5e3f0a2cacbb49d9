// Draws a QR code as inline SVG.

import { styled } from "./style";
import type { QrMatrix } from "./tickets";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4; // modules around the code that the standard asks for
const WIDTH_PX = 240;
const SMALLEST_PX = 4; // of a module, for phones that look from afar

/** A picture with a name for those who cannot see it. */
export function qrCode(qr: QrMatrix, name: string): SVGElement {
  const side = qr.size + 2 * QUIET;
  const picture = drawn("svg", { viewBox: `0 0 ${side} ${side}`, role: "img" });
  picture.setAttribute("aria-label", name);
  picture.setAttribute("shape-rendering", "crispEdges");
  picture.append(
    drawn("path", { fill: "#fff", d: `M0 0h${side}v${side}H0z` }),
    drawn("path", { fill: "#000", d: qr.rows.map(rowPath).join("") }),
  );
  const width = side * Math.max(SMALLEST_PX, Math.floor(WIDTH_PX / side));
  const look = "display: block; height: auto; max-width: 100%; margin: 0 auto";
  return styled(picture, `${look}; width: ${width}px`);
}

function rowPath(row: string, y: number): string {
  const runs: string[] = [];
  bits(row).replace(/1+/g, (run, x: number) => {
    runs.push(`M${x + QUIET} ${y + QUIET}h${run.length}v1h-${run.length}z`);
    return "";
  });
  return runs.join("");
}

function bits(row: string): string {
  const digits = Array.from(row, (digit) => parseInt(digit, 16) + 16);
  return digits.map((digit) => digit.toString(2).slice(1)).join("");
}

function drawn(name: string, attributes: Record<string, string>): SVGElement {
  const element = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}
