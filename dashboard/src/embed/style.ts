/** Styles an element against whatever the page's own styles say. A strict content
 * security policy forbids style attributes and sheets, but not this. */
export function styled<Styled extends HTMLElement | SVGElement>(
  element: Styled,
  declarations: string,
): Styled {
  for (const declaration of declarations.split(";")) {
    const [name, value] = declaration.split(":");
    if (name && value) element.style.setProperty(name.trim(), value.trim(), "important");
  }
  return element;
}
