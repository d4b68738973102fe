// Lets the looks of the widget be tried, and writes them down for a style sheet.
"use strict";

const controls = document.querySelector("#controls");
const stage = document.querySelector("#stage");
const widget = stage.querySelector("leave-a-reply");
const touched = new Set();

function show() {
  stage.classList.toggle("stage--dark", controls.querySelector("#page-ground").value === "dark");
  widget.setAttribute("theme", controls.elements.theme.value);
  const lines = [];
  for (const control of controls.querySelectorAll("[data-property]")) {
    const value = touched.has(control) ? control.value : "";
    widget.style.setProperty(control.dataset.property, value);
    if (value) lines.push(`  ${control.dataset.property}: ${value};`);
  }
  const sheet = document.querySelector("#sheet");
  sheet.textContent = lines.length
    ? `leave-a-reply {\n${lines.join("\n")}\n}`
    : `/* ${sheet.dataset.empty} */`;
}

controls.addEventListener("input", (event) => {
  touched.add(event.target);
  show();
});
controls.addEventListener("reset", () => {
  touched.clear();
  setTimeout(show); // when the controls have their first values again
});
show();
