// Light, dark, or as the system says. The choice stays in this browser.

const key = "batchbus-theme";
const choices = ["auto", "light", "dark"];

export const theme = () => choices.find((choice) => choice === localStorage.getItem(key)) ?? "auto";

export function applyTheme(choice = theme()) {
  localStorage.setItem(key, choice);
  if (choice === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  dispatchEvent(new Event("themechange"));
}

export const nextTheme = () => choices[(choices.indexOf(theme()) + 1) % choices.length];
