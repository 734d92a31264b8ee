// In the head of the page, before Gradio makes it: the visitor's language, and what is folded away.
(() => {
  const read = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "zh" || asked === "en") {
    try {
      localStorage.setItem("xieshou-language", asked);
    } catch {
      // Where nothing may be kept, the address decides alone.
    }
  }
  const english = (asked === "zh" || asked === "en" ? asked : read("xieshou-language")) === "en";
  root.lang = english ? "en" : "zh-CN";
  root.classList.toggle("xs-folded", read("xieshou-past") === "folded");
  if (!english) return;
  for (const component of window.gradio_config.components) {
    Object.assign(component.props, ENGLISH[component.id]);
  }
})();
