const element = document.querySelector('#toast');
let hiding;

/** Says something in the corner for a while. */
export function toast(text) {
  element.textContent = text;
  element.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (element.hidden = true), 4000);
}
